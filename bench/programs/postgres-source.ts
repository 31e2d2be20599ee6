// The same with this package: no connector, preflight as it is by default.
import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";
import type { Source } from "./source";

const config = new pulumi.Config();
const { host, port, database, schemas, owners } = config.requireObject<Source>("source");
new ardent.PostgresSource("source", {
  host,
  port,
  database,
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: config.require("role"), password: config.requireSecret("rolePassword") },
  schemas: Object.fromEntries(schemas.map((schema) => [schema, { owners }])),
});

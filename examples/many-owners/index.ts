import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const SCHEMAS = ["public", "billing"];

const config = new pulumi.Config();
const host = config.require("host");
const port = config.getNumber("port") ?? 5432;
const sslMode = config.get<ardent.SslMode>("sslMode");

/** The schemas, each with the roles that own tables in it or can create them, as the database has them now. */
async function schemasWithOwners(): Promise<ardent.PostgresSourceArgs["schemas"]> {
  const password = config.require("adminPassword");
  const found = await ardent.getTableOwners(
    { host, port, database: "shop", user: "postgres", password, sslMode },
    { schemas: SCHEMAS },
  );
  return Object.fromEntries(
    SCHEMAS.map((name) => {
      const owners = found.filter(({ schema }) => schema === name).map(({ owner }) => owner);
      return [name, { owners }];
    }),
  );
}

// Pulumi waits for an async program that is exported as a function.
export = async () => {
  const shop = new ardent.PostgresSource("shop", {
    host,
    port,
    database: "shop",
    sslMode,
    admin: { user: "postgres", password: config.requireSecret("adminPassword") },
    role: { name: "ardent_replication", password: config.requireSecret("ardentPassword") },
    schemas: await schemasWithOwners(),
    connector: { projectId: config.require("projectId") },
  });
  return { connectorId: shop.connectorId };
};

import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

const shop = new ardent.PostgresSource("shop", {
  // As Ardent reaches it; admin.host and admin.port when this runner goes another way.
  host: config.require("host"),
  port: config.getNumber("port"),
  database: "shop",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "ardent_replication", password: config.requireSecret("ardentPassword") },
  schemas: { public: { owners: ["app_writer"] } },
  egressIp: config.get("egressIp"),
  replicaIdentity: { "public.events": "exclude" },
  connector: { projectId: config.require("projectId") },
});

export const connectorId = shop.connectorId;

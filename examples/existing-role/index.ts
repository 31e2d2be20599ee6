import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

const shop = new ardent.PostgresSource("shop", {
  host: config.require("host"),
  port: config.getNumber("port"),
  database: "shop",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: {
    name: "ardent_replication",
    // The one that the role has: preflight logs in with it, and Ardent will.
    password: config.requireSecret("ardentPassword"),
    // The role is managed elsewhere: this program never creates, alters or drops it.
    create: false,
  },
  schemas: { public: { owners: ["app_writer"] } },
  connector: { projectId: config.require("projectId") },
});

export const connectorId = shop.connectorId;

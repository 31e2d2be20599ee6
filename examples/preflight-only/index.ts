import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

// The role, its grants and the connector are managed elsewhere. This program only checks that all of it is right.
const ready = new ardent.Preflight("shop", {
  source: { host: config.require("host"), port: config.getNumber("port"), database: "shop" },
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: {
    name: "ardent_replication",
    password: config.requireSecret("ardentPassword"),
    create: false,
  },
  schemas: { public: { owners: ["app_writer"] } },
  connector: { projectId: config.require("projectId"), name: "shop" },
  // A check that gets worse later fails the deployment too.
  onDrift: "fail",
});

// What needs a source that is ready takes `dependsOn: [ready]`: it is not deployed while a check fails.
export const checks = ready.checks;

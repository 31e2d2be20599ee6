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
    password: config.requireSecret("ardentPassword"),
    // Only what its grants give it. Without `connector`, because a connector currently needs a superuser.
    superuser: false,
  },
  schemas: { public: { owners: ["app_writer"] } },
});

export const roleName = shop.roleName;

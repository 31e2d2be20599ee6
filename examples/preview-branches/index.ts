import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

// The stack that makes the connector and exports its id, as examples/quickstart does; or the id itself.
const infraStack = config.get("infraStack");
const connectorId =
  infraStack === undefined
    ? config.require("connectorId")
    : new pulumi.StackReference(infraStack).requireOutput("connectorId");

// A stack a pull request: the branch is named after it.
const branch = new ardent.Branch("database", {
  connectorId,
  name: config.get("branch") ?? pulumi.getStack(),
});

/** A secret: `pulumi stack output databaseUrl --show-secrets`. */
export const databaseUrl = branch.url;

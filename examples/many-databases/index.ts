import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();
const host = config.require("host");
const port = config.getNumber("port") ?? 5432;
const admin = { user: "postgres", password: config.requireSecret("adminPassword") };
const password = config.requireSecret("ardentPassword");

// The databases of the server, each with its schemas and who creates tables in them.
const databases: { [database: string]: ardent.PostgresSourceArgs["schemas"] } = {
  shop: { public: { owners: ["app_writer"] } },
  billing: { public: { owners: ["app_writer"] }, archive: {} },
};

// A role belongs to the server, not to a database: it is made once. It needs to be told which server that is.
const server = new postgresql.Provider("server", {
  host,
  port,
  username: admin.user,
  password: admin.password,
  sslmode: config.get("sslMode") ?? "require",
});
const role = new ardent.ReplicationRole(
  "ardent",
  { name: "ardent_replication", password },
  { provider: server },
);

export const connectorIds: { [database: string]: pulumi.Output<string> } = {};
for (const [database, schemas] of Object.entries(databases)) {
  const source = new ardent.PostgresSource(database, {
    host,
    port,
    database,
    sslMode: config.get<ardent.SslMode>("sslMode"),
    admin,
    // `role.name` itself, so that each source waits for the role and knows that this program makes it.
    role: { name: role.name, password, create: false },
    schemas,
    connector: { projectId: config.require("projectId") },
  });
  connectorIds[database] = source.connectorId;
}

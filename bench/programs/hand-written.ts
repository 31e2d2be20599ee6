// What an engineer writes without this package: the same role, grants and default privileges.
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Source } from "./source";

const config = new pulumi.Config();
const { host, port, database, schemas, owners } = config.requireObject<Source>("source");
const provider = new postgresql.Provider("admin", {
  host,
  port,
  database,
  username: "postgres",
  password: config.requireSecret("adminPassword"),
  sslmode: "disable",
});
const role = new postgresql.Role(
  "role",
  {
    name: config.require("role"),
    login: true,
    replication: true,
    superuser: true,
    password: config.requireSecret("rolePassword"),
    skipReassignOwned: true,
  },
  { provider },
);
const options = { provider, deleteBeforeReplace: true };
new postgresql.Grant(
  "database",
  { role: role.name, database, objectType: "database", privileges: ["CONNECT", "CREATE"] },
  options,
);
for (const schema of schemas) {
  const grantee = { role: role.name, database, schema };
  new postgresql.Grant(
    `${schema}-usage`,
    { ...grantee, objectType: "schema", privileges: ["USAGE"] },
    options,
  );
  for (const objectType of ["table", "sequence"]) {
    const privileges = ["SELECT"];
    // In this order, so that no table created in between is missed.
    const dependsOn = owners.map(
      (owner) =>
        new postgresql.DefaultPrivileges(
          `${schema}-${owner}-${objectType}s`,
          { ...grantee, owner, objectType, privileges },
          options,
        ),
    );
    new postgresql.Grant(
      `${schema}-${objectType}s`,
      { ...grantee, objectType, privileges },
      { ...options, dependsOn },
    );
  }
}

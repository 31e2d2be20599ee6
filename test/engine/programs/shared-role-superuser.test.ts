import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { projectOf, useServices } from "./program-of-its-own";

describe("`superuser` of a role that sources share", { timeout: 300_000 }, () => {
  const services = useServices();

  function program(superuser: boolean, connector: boolean): string {
    const { server, emulator, shop } = services();
    const { host, port } = server;
    const args = { host, port, database: shop.database, schemas: { public: { owners: [shop.owner] } } };
    return `
const postgresql = require("@pulumi/postgresql");
const password = config.requireSecret("rolePassword");
const adminPassword = config.requireSecret("adminPassword");
const provider = new postgresql.Provider("server", { host: "${host}", port: ${port}, password: adminPassword, sslmode: "disable" });
const role = new ardent.ReplicationRole("shared", { name: "${shop.role}", password, superuser: ${superuser} }, { provider });
new ardent.PostgresSource("shop", {
  ...${JSON.stringify(args)},
  admin: { user: "postgres", password: adminPassword },
  role: { name: role.name, password, create: false },
  replicaIdentity: { "public.events": "exclude" },
  ${connector ? `connector: { projectId: "${emulator.projectId}" },` : ""}
});
`;
  }
  const isSuperuser = async () => {
    const { server, shop } = services();
    const [row] = await server.query("SELECT rolsuper AS yes FROM pg_roles WHERE rolname = $1", [shop.role]);
    return row?.yes;
  };

  it("stays true while one of them has a connector, and comes back in one deployment", async () => {
    await using project = await projectOf(program(true, true), services());
    const first = await printedBy((options) => project.stack.up(options));
    expect(first.failed, first.text).toBe(false);

    await project.setProgram(program(false, true));
    const refused = await project.pulumi("preview");
    expect(refused.code, refused.text).not.toBe(0);
    expect(refused.text).toContain(
      "role.name: is the name of a ReplicationRole with superuser: false, and this source has a connector",
    );

    await project.setProgram(program(false, false));
    const without = await printedBy((options) => project.stack.up(options));
    expect(without.failed, without.text).toBe(false);
    expect(await isSuperuser()).toBe(false);

    await project.setProgram(program(true, true));
    const back = await project.pulumi("preview");
    expect(back.code, back.text).toBe(0);
    expect(back.text).toMatch(/… role-superuser .*pending/);
    const again = await printedBy((options) => project.stack.up(options));
    expect(again.failed, again.text).toBe(false);
    expect(await isSuperuser()).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { createShop, passwords, type Shop } from "../shop";

describe("`superuser` of a role that sources share", { timeout: 300_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let shop: Shop;
  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    shop = await createShop(server);
  });
  afterAll(async () => {
    await Promise.all([emulator.close(), server.stop()]);
  });

  function program(superuser: boolean, connector: boolean): string {
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
    const [row] = await server.query("SELECT rolsuper AS yes FROM pg_roles WHERE rolname = $1", [shop.role]);
    return row?.yes;
  };

  it("stays true while one of them has a connector, and comes back in one deployment", async () => {
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    await using project = await engineProject(program(true, true), env);
    await project.setConfig(passwords(server, "role-secret"));
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

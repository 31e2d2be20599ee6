import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { createShop, passwords, type Shop, shopProgram } from "../shop";

describe("a role that gets another name", { timeout: 300_000 }, () => {
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

  const rolesOf = async (names: string[]) => {
    const rows = await server.query("SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)", [names]);
    return rows.map(({ rolname }) => rolname);
  };

  it("is deployed with its grants and its connector in one `up`, and so is the way back", async () => {
    const connector = { projectId: emulator.projectId };
    const renamed = { ...shop, role: `${shop.role}_renamed` };
    const names = [shop.role, renamed.role];
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    await using project = await engineProject(shopProgram(server, shop, { connector }), env);
    await project.setConfig(passwords(server, "role-secret"));
    const first = await printedBy((options) => project.stack.up(options));
    expect(first.failed, first.text).toBe(false);
    const connectorId = (await project.stack.outputs()).connectorId?.value;

    for (const now of [renamed, shop]) {
      await project.setProgram(shopProgram(server, now, { connector }));
      const preview = await project.pulumi("preview");
      expect(preview.code, preview.text).toBe(0);
      const up = await printedBy((options) => project.stack.up(options));
      expect(up.failed, up.text).toBe(false);
      expect(up.text).not.toContain("DROP ROLE");
      expect(await rolesOf(names)).toEqual([now.role]);
      expect((await project.stack.outputs()).connectorId?.value).toBe(connectorId);
      const readable = "SELECT has_table_privilege($1, 'orders', 'SELECT') AS yes";
      expect(await server.query(readable, [now.role], { database: shop.database })).toEqual([{ yes: true }]);
      const again = await project.pulumi("preview", "--expect-no-changes");
      expect(again.code, again.text).toBe(0);
    }
    const destroyed = await printedBy((options) => project.stack.destroy(options));
    expect(destroyed.failed, destroyed.text).toBe(false);
    expect(await rolesOf(names)).toEqual([]);
    expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
  });
});

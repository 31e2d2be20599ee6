import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { createShop, passwords, type Shop, shopProgram } from "../shop";

describe("a connector that is taken out of a running source", { timeout: 300_000 }, () => {
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

  it("is deleted, and nothing else is reported as worse", async () => {
    const connector = { projectId: emulator.projectId };
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    await using project = await engineProject(shopProgram(server, shop, { connector, onDrift: "fail" }), env);
    await project.setConfig(passwords(server, "role-secret"));
    const first = await printedBy((options) => project.stack.up(options));
    expect(first.failed, first.text).toBe(false);

    await project.setProgram(shopProgram(server, shop, { onDrift: "fail" }));
    const preview = await project.pulumi("preview");
    const up = await printedBy((options) => project.stack.up(options));
    const again = await project.pulumi("preview", "--expect-no-changes");
    await project.setProgram(shopProgram(server, shop, { connector, onDrift: "fail" }));
    const back = await printedBy((options) => project.stack.up(options));
    expect(preview.code, preview.text).toBe(0);
    expect(preview.text).toContain("shop-preflight update [diff: -connector]");
    expect(preview.text).not.toContain("✗");
    expect(up.failed, up.text).toBe(false);
    expect(again.code, again.text).toBe(0);
    expect(back.failed, back.text).toBe(false);
  });
});

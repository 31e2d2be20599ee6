import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { OpenApiClient } from "../support/openapi-client";
import { type PostgresServer, startPostgres } from "../support/postgres";
import { EVERYTHING } from "../support/tier";
import { createShop, passwords, type Shop, shopProgram } from "./shop";

/*
 * What happens to a connector from outside and to its arguments, on a real engine; each step builds on the one before.
 */
describe("a connector that is changed, deleted or fails", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let shop: Shop;
  let emulator: Emulator;
  let project: EngineProject;

  const program = (connector: Record<string, unknown> = {}, changed: Record<string, unknown> = {}) =>
    shopProgram(server, shop, { connector: { projectId: emulator.projectId, ...connector }, ...changed });
  const ask = async (method: string, path: string) =>
    (await new OpenApiClient(emulator).send(method, path)).body;
  const connectors = async (): Promise<{ id: string; status: string; can_delete: boolean }[]> =>
    (await ask("GET", `/v1/connectors?org_id=${emulator.orgId}`)).connectors;
  const slots = () => server.query("SELECT slot_name FROM pg_replication_slots WHERE NOT temporary");
  const recordedId = async () => (await project.stack.outputs()).connectorId?.value as string;
  const deleteAtArdent = async (id: string) => {
    const { operation_id } = await ask("DELETE", `/v1/connectors/${id}`);
    await ask("GET", `/v1/operations/${operation_id}?wait=10`);
  };
  /** One connector, which is the one in the state, with one slot. */
  const expectExactlyOne = async () => {
    expect((await connectors()).map(({ id, status }) => ({ id, status }))).toEqual([
      { id: await recordedId(), status: "active" },
    ]);
    expect(await slots()).toHaveLength(1);
  };

  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    shop = await createShop(server);
    project = await engineProject(program(), { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url });
    await project.setConfig(passwords(server, "role-secret"));
    await project.stack.up();
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.close();
    await server.stop();
  });

  it("is planned to be recreated by the next preview when it was deleted outside, and is", async () => {
    const lost = await recordedId();
    await deleteAtArdent(lost);
    const { text } = await printedBy((options) => project.stack.preview(options));
    expect(text).toContain(
      `Ardent: connector ${lost} was deleted at Ardent; it will be recreated and all tables copied again`,
    );
    expect(text).toMatch(/ardent:Connector shop replace/);
    await project.stack.up();
    expect(await recordedId()).not.toBe(lost);
    await expectExactlyOne();
  });

  it.runIf(EVERYTHING)(
    "is removed from the state by a refresh when it was deleted outside, and recreated",
    async () => {
      const lost = await recordedId();
      await deleteAtArdent(lost);
      await project.stack.refresh();
      expect(await project.stateFile()).not.toContain(`"id": "${lost}"`);
      await project.stack.up();
      await expectExactlyOne();
    },
  );

  it("is replaced on request: the old one is deleted first, with its slot", async () => {
    const old = await recordedId();
    const { resources } = JSON.parse(await project.stateFile()).checkpoint.latest as {
      resources: { urn: string; type: string }[];
    };
    const { urn } = resources.find(({ type }) => type.endsWith("ardent:Connector")) ?? { urn: "" };
    await project.stack.up({ replace: [urn] });
    expect(await recordedId()).not.toBe(old);
    await expectExactlyOne();
  });

  it("keeps its id, its slot and its stream when the role's password is rotated", async () => {
    const id = await recordedId();
    await project.setConfig(passwords(server, "rotated-secret"));
    const { stdout } = await project.stack.up();
    expect(stdout).not.toMatch(/Connector shop (create|delete|replace)/);
    expect(await recordedId()).toBe(id);
    const { next } = await ask("GET", `/emulator/connectors/${id}/changes`);
    await server.query("INSERT INTO orders (total) VALUES (77)", [], { database: shop.database });
    const { changes } = await ask("GET", `/emulator/connectors/${id}/changes?since=${next}&wait=30`);
    expect(changes).toMatchObject([{ kind: "insert", table: "public.orders", columns: { total: 77 } }]);
    await expectExactlyOne();
  });

  it.runIf(EVERYTHING)("is updated in place when the host's name changes", async () => {
    const id = await recordedId();
    await project.setProgram(program({}, { host: "localhost", sslMode: "disable" }));
    await project.stack.up();
    expect(await recordedId()).toBe(id);
    await expectExactlyOne();
    await project.setProgram(program());
    await project.stack.up();
  });

  it.runIf(EVERYTHING)("is not destroyed while the program locks it, but can be after that", async () => {
    await project.setProgram(program({ deletionLock: true }));
    await project.stack.up();
    expect(await connectors()).toMatchObject([{ can_delete: false }]);
    const destroy = await printedBy((options) => project.stack.destroy(options));
    expect(destroy.failed).toBe(true);
    expect(destroy.text).toContain("set `deletionLock: false`, run `pulumi up`");
    await expectExactlyOne();
    await project.setProgram(program());
    await project.stack.up();
    await project.stack.destroy();
    expect(await connectors()).toEqual([]);
    expect(await slots()).toEqual([]);
  });
});

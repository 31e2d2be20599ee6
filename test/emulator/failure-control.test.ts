import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { OpenApiClient } from "../support/openapi-client";
import { connect } from "./connect";
import { createSource, type TestSource } from "./test-source";

let emulator: Emulator;
let api: OpenApiClient;
let source: TestSource;
let path: string;
let control: string;
beforeAll(async () => {
  emulator = await startEmulator();
  api = new OpenApiClient(emulator);
  source = await createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" });
  path = await connect(api, emulator, source);
  control = path.replace("/v1/", "/emulator/");
});
afterAll(async () => {
  await emulator.cleanUp();
  await emulator.close();
  await source.drop();
});

const row = async () => (await api.call("GET", path)).body;
const changes = async (since: number) =>
  (await api.send("GET", `${control}/changes?since=${since}&wait=30`)).body.changes;
const insert = (id: number) => source.admin.query("INSERT INTO orders VALUES ($1)", [id]);

/** Waits until the server says so too: it notices the end of a session a moment later. */
const slotBecomes = (active: boolean) =>
  expect
    .poll(
      async () =>
        (
          await source.admin.query<{ active: boolean }>(
            "SELECT active FROM pg_replication_slots WHERE database = current_database()",
          )
        )[0]?.active,
      { timeout: 30_000 },
    )
    .toBe(active);

describe("a connector that has no stream", () => {
  test.each([
    ["quarantines", { message: "broken" }],
    ["fail", { error: "broken" }],
    ["recover", undefined],
  ])("cannot fail: %s", async (action, body) => {
    expect((await api.send("POST", `${control}/${action}`, body)).status).toBe(409);
    expect((await row()).status).toBe("selected");
  });
});

describe("a quarantine", () => {
  let id: string;

  test("pauses the stream, and shows its tables and the reason", async () => {
    await api.finish(await api.call("POST", `${path}/engine-setup`));
    await slotBecomes(true);
    expect((await api.call("GET", `${path}/quarantine`)).body).toEqual({ quarantines: [] });
    const made = await api.send("POST", `${control}/quarantines`, {
      message: "public.orders: column type changed in place",
      tables: ["public.orders"],
    });
    id = made.body.id;
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^qtn_[0-9a-f]{16}$/),
      connector_id: path.split("/").at(-1),
      deployment_name: `pgstream_${source.database}_slot`,
      status: "quarantined",
      message: "public.orders: column type changed in place",
      tables: ["public.orders"],
      created_at: expect.any(String),
      released_at: null,
      released_by: null,
    });
    expect((await api.call("GET", `${path}/quarantine`)).body).toEqual({ quarantines: [made.body] });
    expect(await row()).toMatchObject({ status: "quarantined", replication_error: null });
    await slotBecomes(false);
    await insert(1);
  });

  test("stays through a rotation of the password, and does not consume", async () => {
    const rotated = await api.call("PUT", path, { connection_details: source.details() });
    expect(rotated.body.status).toBe("quarantined");
    await slotBecomes(false);
    expect((await api.send("GET", `${control}/changes`)).body.changes).toEqual([]);
  });

  test("one of two that is released leaves the stream paused", async () => {
    const other = await api.send("POST", `${control}/quarantines`, { message: "and another" });
    expect(other.body.tables).toEqual([]);
    const release = await api.call("POST", `${path}/quarantine/${other.body.id}/release`);
    expect(release.body).toMatchObject({ status: "released", released_at: expect.any(String) });
    expect((await api.call("GET", `${path}/quarantine`)).body.quarantines).toMatchObject([{ id }]);
    expect((await row()).status).toBe("quarantined");
  });

  test("delivers all changes since then when it is released", async () => {
    const released = await api.call("POST", `${path}/quarantine/${id}/release`);
    expect(released.body).toMatchObject({ id, status: "released", released_by: expect.any(String) });
    expect(await changes(0)).toMatchObject([{ kind: "insert", table: "public.orders", columns: { id: 1 } }]);
    await slotBecomes(true);
    expect((await row()).status).toBe("active");
    const again = await api.call("POST", `${path}/quarantine/${id}/release`);
    expect(again.body).toEqual(released.body);
    expect((await api.call("POST", `${path}/quarantine/qtn_0/release`)).status).toBe(404);
  });
});

describe("an engine", () => {
  test("fails on request, shows the reason, and catches up when it recovers", async () => {
    const failed = await api.send("POST", `${control}/fail`, { error: "the replica ran out of disk" });
    const problem = { status: "failed", replication_error: "the replica ran out of disk" };
    expect(failed.body).toMatchObject(problem);
    expect(await row()).toMatchObject(problem);
    await slotBecomes(false);
    await insert(2);
    const recovered = await api.send("POST", `${control}/recover`);
    expect(recovered.status).toBe(200);
    expect(await changes(1)).toMatchObject([{ seq: 2, columns: { id: 2 } }]);
    expect(await row()).toMatchObject({ status: "active", replication_error: null });
    expect((await api.send("POST", `${control}/recover`)).status).toBe(200);
  });

  test("that gets a failure and a recovery at the same time ends as its row says", async () => {
    const told = ["fail", "recover", "fail", "recover", "fail"].map((action) =>
      api.send("POST", `${control}/${action}`, action === "fail" ? { error: "broken" } : undefined),
    );
    await Promise.all(told);
    await slotBecomes((await row()).status !== "failed");
    await api.send("POST", `${control}/fail`, { error: "broken" });
    await slotBecomes(false);
  });

  test("that has failed is deleted like any other", async () => {
    expect((await row()).status).toBe("failed");
    expect((await api.finish(await api.call("DELETE", path))).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { OpenApiClient } from "../support/openapi-client";
import { connect } from "./connect";
import { createSource, type TestSource } from "./test-source";

let emulator: Emulator;
let api: OpenApiClient;
let source: TestSource;
beforeAll(async () => {
  emulator = await startEmulator();
  api = new OpenApiClient(emulator);
});
afterAll(() => emulator.close());
beforeEach(async () => {
  source = await createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" });
});
afterEach(async () => {
  emulator.clearFaults();
  await source.drop();
});

const setUp = (path: string) => api.call("POST", `${path}/engine-setup`);
const remove = async (path: string) => api.finish(await api.call("DELETE", path));
const statusOf = async (path: string) => (await api.call("GET", path)).body.status;
const look = async (handle: { body: { operation_id: string } }, wait = 0) =>
  (await api.call("GET", `/v1/operations/${handle.body.operation_id}?wait=${wait}`)).body;

describe("an operation that is told to fail", () => {
  test("fails at its stage, removes what it created, and succeeds the next time", async () => {
    const path = await connect(api, emulator, source);
    emulator.addFault({
      operationType: "connector_engine_setup",
      stage: "snapshot",
      fault: { kind: "fail", error: "disk of the replica is full" },
    });
    const failed = await api.finish(await setUp(path));
    expect(failed).toMatchObject({
      status: "failed",
      stage: "snapshot",
      progress: 30,
      error: "Reading the tables failed: disk of the replica is full.",
      result: null,
    });
    expect(await source.artifacts()).toEqual([]);
    expect(await statusOf(path)).toBe("setup_failed");
    expect((await api.finish(await setUp(path))).status).toBe("completed");
    expect(await statusOf(path)).toBe("active");
    expect(emulator.faults()).toMatchObject([{ calls: 2, hits: 1 }]);
    await remove(path);
  });

  test("fails at its first stage where no stage is named", async () => {
    emulator.addFault({
      operationType: "connector_discovery",
      after: 1,
      fault: { kind: "fail", error: "the catalog is locked" },
    });
    const path = await connect(api, emulator, source);
    const failed = await api.finish(await api.call("POST", `${path}/discover`));
    expect(failed).toMatchObject({
      status: "failed",
      stage: "read_catalog",
      error: "the catalog is locked",
    });
    await remove(path);
  });

  test("leaves the connector, when it is its deletion", async () => {
    const path = await connect(api, emulator, source);
    await api.finish(await setUp(path));
    emulator.addFault({
      operationType: "connector_delete",
      stage: "clean_source",
      fault: { kind: "fail", error: "the cleaner is away" },
    });
    expect(await remove(path)).toMatchObject({ status: "failed", error: "the cleaner is away" });
    expect(await statusOf(path)).toBe("delete_failed");
    expect(await source.artifacts()).toHaveLength(4);
    expect((await remove(path)).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });
});

describe("an operation that stalls", () => {
  const stall = {
    operationType: "connector_engine_setup",
    stage: "snapshot",
    fault: { kind: "stall" },
  } as const;

  /** Waits until the stalled stage is reached. */
  const reached = (handle: { body: { operation_id: string } }) =>
    expect.poll(async () => (await look(handle)).stage, { timeout: 30_000 }).toBe("snapshot");

  test("continues when its rule is removed", async () => {
    const path = await connect(api, emulator, source);
    const rule = emulator.addFault(stall);
    const handle = await setUp(path);
    await reached(handle);
    expect(await look(handle)).toMatchObject({ status: "running", progress: 30 });
    expect(await statusOf(path)).toBe("setting_up");
    await api.send("DELETE", `/emulator/faults/${rule.id}`);
    expect((await api.finish(handle)).status).toBe("completed");
    await remove(path);
  });

  test("ends with the deletion of its connector, which leaves nothing behind", async () => {
    const path = await connect(api, emulator, source);
    emulator.addFault(stall);
    const handle = await setUp(path);
    await reached(handle);
    expect(await source.artifacts()).toHaveLength(4);
    expect((await remove(path)).status).toBe("completed");
    expect(await look(handle)).toMatchObject({ status: "failed", error: expect.stringContaining("deleted") });
    expect(await source.artifacts()).toEqual([]);
  });

  test("does not stop the emulator from removing everything", async () => {
    const other = await startEmulator({ faults: [stall] });
    const otherApi = new OpenApiClient(other);
    const path = await connect(otherApi, other, source);
    await otherApi.call("POST", `${path}/engine-setup`);
    await expect.poll(() => other.faults()[0]?.hits, { timeout: 30_000 }).toBe(1);
    expect(await other.cleanUp()).toEqual([]);
    expect(await source.artifacts()).toEqual([]);
    await other.close();
  });
});

describe("an operation that goes backwards", () => {
  test.each([0, 10])("shows this to a client that polls with wait=%i, and completes", async (wait) => {
    const path = await connect(api, emulator, source);
    emulator.addFault({
      operationType: "connector_engine_setup",
      stage: "snapshot",
      fault: { kind: "backwards" },
    });
    const handle = await setUp(path);
    const seen: string[] = [];
    for (;;) {
      const { status, stage, progress } = await look(handle, wait);
      expect(status).not.toBe("failed");
      if (status === "completed") break;
      const here = `${stage} ${progress}`;
      if (here !== seen.at(-1)) seen.push(here);
    }
    const turn = seen.indexOf("snapshot 30");
    expect(seen.slice(turn, turn + 2)).toEqual(["snapshot 30", "create_slot 20"]);
    await remove(path);
  });
});

describe("a reply about a connector", () => {
  test("has an unknown status, while the connector does not change", async () => {
    const path = await connect(api, emulator, source);
    emulator.addFault({ operation: "GET /v1/connectors/{connector_id}", fault: { kind: "unknown-status" } });
    const odd = await api.send("GET", path);
    expect(odd.body).toMatchObject({ status: "recalibrating", name: "shop" });
    expect(await statusOf(path)).toBe("selected");
    emulator.addFault({
      operation: "POST /v1/connectors/{connector_id}/discover",
      fault: { kind: "unknown-status" },
    });
    const handle = await api.send("POST", `${path}/discover`);
    expect(handle).toMatchObject({ status: 202, body: { status: "recalibrating" } });
    expect((await api.finish(handle)).status).toBe("completed");
    await remove(path);
  });
});

import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseConnectionUrl } from "../../src/postgres/connection-url";
import { commandLine } from "../cli/command-line";
import { OpenApiClient } from "../support/openapi-client";
import { connect } from "./connect";
import { createSource, databaseExists, type TestSource } from "./test-source";

let directory: string;
let state: string;
let source: TestSource;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "emulator-state-"));
  state = join(directory, "state.json");
  source = await createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" });
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await source.drop();
  await rm(directory, { recursive: true });
});

/** Starts an emulator of the command line over the state file, in a process that can be killed. */
async function start(...args: string[]) {
  let child: ChildProcess | undefined;
  let finished: ReturnType<typeof commandLine> | undefined;
  const said = await new Promise<string>((resolve, reject) => {
    finished = commandLine(["emulator", "--json", "--state", state, ...args], {
      started: (started) => {
        child = started;
        children.add(started);
        started.stdout?.once("data", (line) => resolve(String(line)));
      },
    });
    finished.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  const told: { url: string; token: string; projectId: string; orgId: string } = JSON.parse(said);
  return {
    told,
    api: new OpenApiClient(told),
    /** Ends it as told, and waits until it is gone. */
    stop: async (signal: "SIGKILL" | "SIGINT") => {
      child?.kill(signal);
      return finished;
    },
  };
}

const stall = (stage: string) => ({
  operationType: "connector_engine_setup",
  stage,
  fault: { kind: "stall" },
});

describe("a connector that replicates", () => {
  test("is unchanged after a kill, and changes since then arrive", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    const control = path.replace("/v1/", "/emulator/");
    const setUp = await first.api.finish(await first.api.call("POST", `${path}/engine-setup`));
    await first.api.call("POST", `${path}/deletion-lock`, { reason: "production" });
    await first.api.call("PUT", path, { name: "shop-eu" });
    await source.admin.query("INSERT INTO orders VALUES (1)");
    const before = await first.api.send("GET", `${control}/changes?wait=30`);
    expect(before.body).toMatchObject({ changes: [{ columns: { id: 1 } }], next: 1 });
    const row = (await first.api.call("GET", path)).body;
    await first.stop("SIGKILL");
    await source.admin.query("INSERT INTO orders VALUES (2)");

    const second = await start();
    expect(second.told).toMatchObject({ ...first.told, url: second.told.url });
    const arrived = await second.api.send("GET", `${control}/changes?since=${before.body.next}&wait=30`);
    expect(arrived.body.changes).toMatchObject([{ kind: "insert", columns: { id: 2 } }]);
    expect((await second.api.call("GET", path)).body).toEqual(row);
    expect(row).toMatchObject({ name: "shop-eu", status: "active", deletion_lock_reason: "production" });
    expect((await second.api.call("GET", `/v1/operations/${setUp.id}`)).body).toEqual(setUp);
    expect((await second.api.send("GET", `${control}/tables`)).body.tables).toEqual([
      { table: "public.orders", rows: 0 },
    ]);
    await second.api.call("DELETE", `${path}/deletion-lock`);
    expect((await second.api.finish(await second.api.call("DELETE", path))).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });

  test("keeps its branches and their creations over a kill, and removes them when it is deleted", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    const id = path.replace("/v1/connectors/", "");
    await first.api.finish(await first.api.call("POST", `${path}/engine-setup`));
    // Postgres copies a database only while no session is connected to it.
    await source.admin.close();
    const wanted = { connector_id: id, service_type: "postgres", name: "pr-42" };
    const create = (api: OpenApiClient) =>
      api.send("POST", "/v1/branch/create", wanted, { "x-idempotency-key": "key-42" });
    const made = await first.api.finish(await create(first.api));
    expect(made.status, made.error).toBe("completed");
    const rows = (await first.api.call("GET", `/v1/branches/${id}`)).body;
    await first.stop("SIGKILL");

    const second = await start();
    expect((await second.api.call("GET", `/v1/branches/${id}`)).body).toEqual(rows);
    expect(await second.api.finish(await create(second.api))).toEqual(made);
    const { database } = parseConnectionUrl(made.result.branch_url).settings;
    expect(await databaseExists(database)).toBe(true);
    await second.api.finish(await second.api.call("DELETE", path));
    expect(await databaseExists(database)).toBe(false);
  });

  test("stays as it is on the source when the emulator is stopped, which says so", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    await first.api.finish(await first.api.call("POST", `${path}/engine-setup`));
    const finished = await first.stop("SIGINT");
    expect(finished?.exitCode).toBe(0);
    expect(finished?.stderr).toContain(`--state ${state}`);
    expect(finished?.stderr).toContain("left as they are");
    expect(await source.artifacts()).toHaveLength(4);
    const second = await start();
    await expect
      .poll(async () => (await second.api.call("GET", path)).body.status, { timeout: 30_000 })
      .toBe("active");
    await second.api.finish(await second.api.call("DELETE", path));
    expect(await source.artifacts()).toEqual([]);
  });

  test("is still in quarantine, and continues when it is released", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    await first.api.finish(await first.api.call("POST", `${path}/engine-setup`));
    const control = path.replace("/v1/", "/emulator/");
    const made = await first.api.send("POST", `${control}/quarantines`, {
      message: "m",
      tables: ["public.orders"],
    });
    await first.stop("SIGKILL");
    await source.admin.query("INSERT INTO orders VALUES (7)");
    const second = await start();
    expect((await second.api.call("GET", path)).body.status).toBe("quarantined");
    expect((await second.api.call("GET", `${path}/quarantine`)).body.quarantines).toEqual([made.body]);
    await second.api.call("POST", `${path}/quarantine/${made.body.id}/release`);
    const arrived = await second.api.send("GET", `${control}/changes?wait=30`);
    expect(arrived.body.changes).toMatchObject([{ columns: { id: 7 } }]);
    await second.api.finish(await second.api.call("DELETE", path));
  });
});

describe("a setup in the middle of which the emulator is killed", () => {
  async function killDuringSetUp(reached: (artifacts: string[]) => boolean, prepare: () => Promise<unknown>) {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    await prepare();
    const handle = await first.api.call("POST", `${path}/engine-setup`);
    await expect.poll(async () => reached(await source.artifacts()), { timeout: 30_000 }).toBe(true);
    await first.stop("SIGKILL");
    return { path, operation: `/v1/operations/${handle.body.operation_id}` };
  }

  /** Kills it while it waits for the slot, which is listed from the moment when it is asked for. */
  const killBeforeSlot = () =>
    killDuringSetUp(
      (artifacts) => artifacts.length === 4,
      // A slot is not made before the transactions that write have ended.
      () => source.admin.query("BEGIN; SELECT txid_current()"),
    );

  test("is failed after that, and its deletion removes what was left", async () => {
    const { path, operation } = await killBeforeSlot();
    await source.admin.query("COMMIT");
    const second = await start();
    const found = (await second.api.call("GET", operation)).body;
    expect(found).toMatchObject({ status: "failed", stage: "create_slot", result: null });
    expect(found.error).toContain("killed while this was running");
    expect(found.completed_at).not.toBeNull();
    expect((await second.api.call("GET", path)).body.status).toBe("setup_failed");
    expect((await second.api.finish(await second.api.call("DELETE", path))).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });

  test("succeeds when it is requested again, which first removes what was left", async () => {
    const { path } = await killBeforeSlot();
    await source.admin.query("COMMIT");
    const second = await start();
    const again = await second.api.finish(await second.api.call("POST", `${path}/engine-setup`));
    expect(again.status, again.error).toBe("completed");
    expect(again.setup_status.stages[0].stage).toBe("remove_left_overs");
    expect((await second.api.call("GET", path)).body.status).toBe("active");
    expect(await source.artifacts()).toHaveLength(4);
    await second.api.finish(await second.api.call("DELETE", path));
    expect(await source.artifacts()).toEqual([]);
  });

  test("leaves nothing after a deletion, whenever the kill comes: with everything made", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    await first.api.send("POST", "/emulator/faults", stall("snapshot"));
    await first.api.call("POST", `${path}/engine-setup`);
    await expect
      .poll(async () => (await first.api.send("GET", "/emulator/faults")).body.faults[0].hits, {
        timeout: 30_000,
      })
      .toBe(1);
    expect(await source.artifacts()).toHaveLength(4);
    await first.stop("SIGKILL");
    const second = await start();
    const { body } = await second.api.send("GET", "/emulator/faults");
    expect(body.faults).toMatchObject([{ ...stall("snapshot"), hits: 1, calls: 1 }]);
    expect((await second.api.finish(await second.api.call("DELETE", path))).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });

  test("takes nothing of another connector of the same source", async () => {
    const first = await start();
    const owner = await connect(first.api, first.told, source);
    const other = await connect(first.api, first.told, source);
    await first.api.finish(await first.api.call("POST", `${owner}/engine-setup`));
    await first.stop("SIGKILL");
    // As a kill leaves it that comes when the other is about to make what is there already: too short to be met.
    const kept = JSON.parse(await readFile(state, "utf8"));
    const about = kept.connectors.find(({ id }: { id: string }) => other.endsWith(id));
    about.making = "schema";
    await writeFile(state, JSON.stringify(kept));
    const second = await start();
    const deletion = await second.api.finish(await second.api.call("DELETE", other));
    expect(deletion).toMatchObject({ status: "completed", result: { left: [] } });
    expect(await source.artifacts()).toHaveLength(4);
    await second.api.finish(await second.api.call("DELETE", owner));
    expect(await source.artifacts()).toEqual([]);
  });
});

describe("a deletion in the middle of which the emulator is killed", () => {
  test("is failed after that, and can be requested again", async () => {
    const first = await start();
    const path = await connect(first.api, first.told, source);
    await first.api.finish(await first.api.call("POST", `${path}/engine-setup`));
    await source.admin.query("BEGIN; LOCK TABLE pg_catalog.pg_event_trigger IN SHARE MODE");
    const handle = await first.api.call("DELETE", path);
    // The slot goes first; what the lock holds up comes after it.
    await expect.poll(async () => (await source.artifacts()).length, { timeout: 30_000 }).toBe(3);
    await first.stop("SIGKILL");
    await source.admin.query("COMMIT");
    const second = await start();
    const found = await second.api.call("GET", `/v1/operations/${handle.body.operation_id}`);
    expect(found.body).toMatchObject({ status: "failed", type: "connector_delete" });
    expect((await second.api.call("GET", path)).body.status).toBe("delete_failed");
    expect((await second.api.finish(await second.api.call("DELETE", path))).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
    expect((await second.api.call("GET", path)).status).toBe(404);
  });
});

describe("the state file", () => {
  test("is readable only by its owner, and contains what was answered before a kill", async () => {
    const first = await start();
    const created = await first.api.call("POST", "/v1/projects", { name: "billing" });
    expect(created.status).toBe(201);
    await first.stop("SIGKILL");
    expect((await stat(state)).mode & 0o777).toBe(0o600);
    const second = await start();
    expect((await second.api.call("GET", `/v1/projects/${created.body.id}`)).body).toEqual(created.body);
  });

  test("contains the work that a fault hid from the client", async () => {
    const first = await start();
    await first.api.send("POST", "/emulator/faults", {
      operation: "POST /v1/projects",
      fault: { kind: "cut", work: "done" },
    });
    await expect(first.api.call("POST", "/v1/projects", { name: "billing" })).rejects.toThrow();
    await first.stop("SIGKILL");
    const second = await start();
    const { body } = await second.api.call("GET", `/v1/projects?org_id=${second.told.orgId}`);
    expect(body.projects.map((project: { name: string }) => project.name)).toEqual(["default", "billing"]);
  });
});

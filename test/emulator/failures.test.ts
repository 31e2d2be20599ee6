import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { OpenApiClient } from "../support/openapi-client";
import { uniqueName } from "../support/postgres";
import { connect as connectSource } from "./connect";
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
  source = await createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY); CREATE SCHEMA billing" });
});
afterEach(() => source.drop());

const connect = (from = source, selected_paths?: string[]) =>
  connectSource(api, emulator, from, selected_paths);
const setUp = async (path: string) => api.finish(await api.call("POST", `${path}/engine-setup`));
const remove = async (path: string) => api.finish(await api.call("DELETE", path));

describe("an engine setup that fails", () => {
  test("names stage and reason, removes what it created, and can be repeated", async () => {
    const path = await connect();
    await source.admin.query(
      `ALTER ROLE ${source.role} NOSUPERUSER;
       GRANT CREATE ON DATABASE ${source.database} TO ${source.role};
       GRANT SELECT ON orders TO ${source.role}`,
    );
    const failed = await setUp(path);
    expect(failed).toMatchObject({ status: "failed", stage: "create_event_triggers", result: null });
    expect(failed.error).toMatch(/^Creating event triggers failed: .*\[SQLSTATE 42501\]\.$/);
    expect((await api.call("GET", path)).body.status).toBe("setup_failed");
    expect(await source.artifacts()).toEqual([]);

    await source.admin.query(`ALTER ROLE ${source.role} SUPERUSER`);
    expect((await setUp(path)).status).toBe("completed");
    expect((await api.call("GET", path)).body.status).toBe("active");
    await remove(path);
  });

  test("takes nothing of another connector of the same source", async () => {
    const first = await connect();
    const second = await connect();
    expect((await setUp(first)).status).toBe("completed");
    const before = await source.artifacts();
    const failed = await setUp(second);
    expect(failed.error).toMatch(/pgstream.*\[SQLSTATE 42P06\]/);
    expect(await remove(second)).toMatchObject({ status: "completed", result: { left: [] } });
    expect(await source.artifacts()).toEqual(before);
    await remove(first);
  });

  test("is stopped by a deletion, which leaves nothing behind", async () => {
    const path = await connect();
    await source.admin.query("BEGIN; SELECT txid_current()");
    const started = await api.call("POST", `${path}/engine-setup`);
    const deletion = await api.call("DELETE", path);
    await source.admin.query("COMMIT");
    expect(await api.finish(deletion)).toMatchObject({ status: "completed" });
    const stopped = await api.finish(started);
    expect(stopped.status).toBe("failed");
    expect(stopped.error).toContain("being deleted");
    expect(await source.artifacts()).toEqual([]);
  });

  test("cannot start while the source cannot be read", async () => {
    const path = await connect();
    await source.admin.query(`ALTER ROLE ${source.role} NOLOGIN`);
    const refused = await api.call("POST", `${path}/engine-setup`);
    expect(refused.status).toBe(503);
    expect(refused.body.detail).toContain("28000");
    const discovery = await api.finish(await api.call("POST", `${path}/discover`));
    expect(discovery.status).toBe("failed");
    expect(discovery.error).toContain("28000");
  });
});

describe("a deletion that cannot clean the source", () => {
  test("fails, says what is left and how to remove it, and can be forced", async () => {
    const path = await connect();
    await setUp(path);
    await source.admin.query(`ALTER ROLE ${source.role} NOLOGIN`);

    const failed = await remove(path);
    expect(failed.status).toBe("failed");
    for (const left of [`pgstream_${source.database}_slot`, "DROP EVENT TRIGGER", "DROP SCHEMA", "28000"]) {
      expect(failed.error).toContain(left);
    }
    expect(failed.error).not.toContain(source.password);
    // A terminal shows it on one line.
    expect(failed.error).not.toContain("\n");
    expect(failed.error).toContain("; event triggers");
    expect((await api.call("GET", path)).body.status).toBe("delete_failed");
    expect((await api.call("POST", `${path}/engine-setup`)).status).toBe(400);

    const forced = await api.finish(await api.call("DELETE", `${path}?force=true`));
    expect(forced.status).toBe("completed");
    expect((await api.call("GET", path)).status).toBe(404);
    for (const { sql } of forced.result.left) await source.admin.query(sql);
    expect(await source.artifacts()).toEqual([]);
  });

  test("leaves what others put into its schema, and succeeds once that is gone", async () => {
    const path = await connect();
    await setUp(path);
    await source.admin.query("CREATE TABLE pgstream.mine ()");
    const failed = await remove(path);
    expect(failed.error).toContain("schema pgstream");
    expect(await source.artifacts()).toEqual(["pgstream"]);
    await source.admin.query("DROP TABLE pgstream.mine");
    expect((await remove(path)).status).toBe("completed");
    expect(await source.artifacts()).toEqual([]);
  });
});

describe("later changes", () => {
  test("a wider selection is read without a second slot", async () => {
    const path = await connect(source, ["public.orders"]);
    await setUp(path);
    await source.admin.query(
      "CREATE TABLE billing.invoices (id int PRIMARY KEY); INSERT INTO billing.invoices VALUES (1)",
    );
    await api.finish(await api.call("POST", `${path}/discover`));
    await api.call("POST", `${path}/selection`, { selected_paths: ["public.orders", "billing.invoices"] });
    const again = await setUp(path);
    expect(again.setup_status.stages.map((one: { stage: string }) => one.stage)).toEqual(["snapshot"]);
    expect((await api.call("POST", `${path}/engine-setup`)).status).toBe(200);
    await remove(path);
  });

  test("an outage leaves the source as it is; cleaning up does not", async () => {
    const other = await startEmulator();
    const previous = { emulator, api };
    emulator = other;
    api = new OpenApiClient(other);
    await setUp(await connect());
    expect(await source.artifacts()).toHaveLength(4);
    emulator = previous.emulator;
    api = previous.api;
    await other.close();
    expect(await source.artifacts()).toHaveLength(4);
    expect(await other.cleanUp()).toEqual([]);
    expect(await source.artifacts()).toEqual([]);
  });

  test("a database gets the slot that the engine names after it, and none where Postgres refuses that", async () => {
    const allowed = await createSource({
      database: `Shop-2.EU_${uniqueName("x")}`,
      script: "CREATE TABLE t (id int PRIMARY KEY)",
    });
    const path = await connect(allowed);
    expect((await setUp(path)).status).toBe("completed");
    expect((await allowed.artifacts()).at(-1)).toMatch(/^pgstream_shop_2_eu_x_[a-z0-9]+_slot$/);
    expect((await remove(path)).status).toBe("completed");
    expect(await allowed.artifacts()).toEqual([]);
    await allowed.drop();

    const refused = await createSource({
      database: `Größe ${uniqueName("x")}`,
      script: "CREATE TABLE t (id int PRIMARY KEY)",
    });
    const failed = await setUp(await connect(refused));
    expect(failed.status).toBe("failed");
    expect(failed.error).toMatch(/\[SQLSTATE 42602\]/);
    expect(await refused.artifacts()).toEqual([]);
    await refused.drop();
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { OpenApiClient } from "../support/openapi-client";
import { createSource, type TestSource } from "./test-source";

const script = `
  CREATE SCHEMA billing;
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, 'old' FROM generate_series(1, 50) n;
  CREATE TABLE billing.invoices (number text NOT NULL UNIQUE);
  INSERT INTO billing.invoices VALUES ('2026-1'), ('2026-2');
  CREATE TABLE events (at timestamptz);
  CREATE TABLE "Weird ""name""" (id int PRIMARY KEY)`;

let emulator: Emulator;
let api: OpenApiClient;
let source: TestSource;

describe.each([13, 17, 18] as const)("the lifecycle of a source at the service, Postgres %i", (major) => {
  beforeAll(async () => {
    emulator = await startEmulator();
    api = new OpenApiClient(emulator);
    source = await createSource({ major, script });
  });
  afterAll(async () => {
    await emulator.close();
    await source.drop();
  });

  let id: string;
  const path = (rest = "") => `/v1/connectors/${id}${rest}`;
  const changes = async (since: number) =>
    (await api.send("GET", `/emulator/connectors/${id}/changes?since=${since}&wait=30`)).body;

  test("preflight fails for a role that lacks what the runbook asks for, and says what", async () => {
    await source.admin.query(`ALTER ROLE ${source.role} NOSUPERUSER NOREPLICATION`);
    const { body } = await preflight();
    expect(body.preflight_pass).toBe(false);
    expect(failures(body)).toEqual([
      "can_read_tables",
      "event_triggers",
      "replication_connection",
      "wal2json",
    ]);
    expect(body.checks.can_read_tables.message).toBe(
      'Missing SELECT on billing.invoices, public.Weird "name", public.events, public.orders',
    );
    expect(body.checks.wal2json.message).toContain("42501");
    const refused = await create("shop");
    expect(refused.status).toBe(422);
    expect(failures(refused.body)).toEqual(failures(body));
  });

  test("its grant script can be run, and takes nothing but SELECT and USAGE", async () => {
    const { body } = await preflight({ selected_schemas: ["public"] });
    expect(body.grant_script).toContain(`GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "${source.role}";`);
    expect(body.grant_script).not.toContain("billing");
    await source.admin.query(body.grant_script);
    const again = await preflight();
    expect(again.body.checks.can_read_tables.message).toBe("Missing SELECT on billing.invoices");
  });

  test("preflight passes when the role has it all, and leaves no slot", async () => {
    await source.admin.query(`ALTER ROLE ${source.role} SUPERUSER REPLICATION`);
    const { body } = await preflight();
    expect(failures(body)).toEqual([]);
    expect(body.preflight_pass).toBe(true);
    expect(body.source_provider).toBe("vanilla");
    expect(body.source_metadata).toMatchObject({ database: source.database, schemas: ["billing", "public"] });
    expect(await source.artifacts()).toEqual([]);
  });

  test("a connector is created, and the list does not show its source", async () => {
    const created = await create("shop");
    expect(created.status).toBe(200);
    id = created.body.id;
    expect(created.body).toMatchObject({ name: "shop", project_id: emulator.projectId, status: "created" });
    const list = await api.call("GET", `/v1/connectors?org_id=${emulator.orgId}&service_name=postgresql`);
    expect(list.body.connectors).toEqual([created.body]);
    const text = JSON.stringify(list.body);
    for (const secret of [source.password, source.role, source.database]) expect(text).not.toContain(secret);
  });

  test("a second POST makes a second connector, of the same name and source", async () => {
    const second = await create("shop");
    expect(second.status).toBe(200);
    expect(second.body.id).not.toBe(id);
    const deleted = await api.finish(await api.call("DELETE", `/v1/connectors/${second.body.id}`));
    expect(deleted).toMatchObject({ status: "completed", result: { left: [] } });
  });

  test("nothing is selected or set up before it is discovered", async () => {
    for (const [method, rest, body] of [
      ["POST", "/selection", { selected_paths: ["*"] }],
      ["PUT", "/replica-identity-decisions", { decisions: {} }],
      ["POST", "/engine-setup", undefined],
    ] as const) {
      const reply = await api.call(method, path(rest), body);
      expect(reply.status).toBe(400);
      expect(reply.body.detail).toContain("discover");
    }
  });

  test("discovery lists tables and which of them cannot be followed row by row", async () => {
    const operation = await api.finish(await api.call("POST", path("/discover")));
    expect(operation).toMatchObject({ status: "completed", type: "connector_discovery", resource_id: id });
    expect(operation.result.schemas).toEqual([
      { name: "billing", tables: [table("billing.invoices", ["number"], true)] },
      {
        name: "public",
        tables: [
          table('public.Weird "name"', ["id"], true),
          table("public.events", ["at"], false),
          table("public.orders", ["id", "note"], true),
        ],
      },
    ]);
  });

  test("a selection of what is not there is refused by name", async () => {
    const unknown = await api.call("POST", path("/selection"), {
      selected_paths: ["public.orders", "public.none", "nowhere.*"],
    });
    expect(unknown).toEqual({ status: 400, body: { detail: "Not discovered: public.none, nowhere.*" } });
    expect((await api.call("POST", path("/selection"), { selected_paths: [] })).status).toBe(400);
    const one = await api.call("POST", path("/selection"), { selected_paths: ["billing.*"] });
    expect(one.body.selected_paths).toEqual(["billing.*"]);
    expect(one.body.replica_identity_preflight.undecided).toEqual([]);
    const all = await api.call("POST", path("/selection"), { selected_paths: ["*"] });
    expect(all.body.replica_identity_preflight.undecided).toEqual(["public.events"]);
  });

  test("setup waits for decisions, which are refused when incomplete, unknown or invalid", async () => {
    const early = await api.call("POST", path("/engine-setup"));
    expect(early.status).toBe(422);
    expect(early.body.detail).toContain("public.events (undecided)");
    const decide = (decisions: Record<string, string>) =>
      api.call("PUT", path("/replica-identity-decisions"), { decisions });
    const incomplete = await decide({});
    expect(incomplete).toEqual({ status: 400, body: { detail: "Decisions are missing for: public.events" } });
    const unknown = await decide({ "public.events": "exclude", "public.none": "exclude" });
    expect(unknown.body.detail).toBe("Decisions for unknown tables: public.none");
    const invalid = await decide({ "public.events": "ignore" });
    expect(invalid.status).toBe(400);
    expect(invalid.body.detail).toContain("public.events: ignore");
    const promised = await decide({ "public.events": "replica_identity_full" });
    expect(promised.status).toBe(200);
    const unfulfilled = await api.call("POST", path("/engine-setup"));
    expect(unfulfilled.status).toBe(422);
    expect(unfulfilled.body.detail).toContain("public.events (replica_identity_full)");
    const excluded = await decide({ "public.events": "exclude" });
    expect(excluded.body.replica_identity_preflight).toMatchObject({ passed: true, undecided: [] });
  });

  test("setup goes through its stages and leaves an active slot, triggers and a schema", async () => {
    // A slot is not made before the transactions that write have ended.
    await source.admin.query("BEGIN; SELECT txid_current()");
    const started = await api.call("POST", path("/engine-setup"));
    expect(started.body).toMatchObject({ type: "connector_engine_setup", resource_id: id });
    const joined = await api.call("POST", path("/engine-setup"));
    expect(joined.body.operation_id).toBe(started.body.operation_id);
    expect((await api.call("GET", path())).body.status).toBe("setting_up");
    expect((await api.call("PUT", path("/replica-identity-decisions"), { decisions: {} })).status).toBe(409);
    expect((await api.call("POST", path("/discover"))).status).toBe(400);
    const running = await api.call("GET", `/v1/operations/${started.body.operation_id}`);
    expect(["pending", "running"]).toContain(running.body.status);
    expect(running.body).toMatchObject({ completed_at: null, result: null });
    await source.admin.query("COMMIT");
    const operation = await api.finish(started);
    expect(operation).toMatchObject({ status: "completed", progress: 100, error: null });
    expect(operation.setup_status.stages.map((one: { stage: string }) => one.stage)).toEqual([
      "create_schema",
      "create_event_triggers",
      "create_slot",
      "snapshot",
      "start_streaming",
    ]);
    const slot = `pgstream_${source.database}_slot`;
    expect(await source.artifacts()).toEqual([
      "pgstream",
      "pgstream_emit_ddl_command_end",
      "pgstream_emit_ddl_drop",
      slot,
    ]);
    const [state] = await source.admin.query(
      "SELECT active, plugin, wal_status, temporary FROM pg_replication_slots WHERE slot_name = $1",
      [slot],
    );
    expect(state).toEqual({ active: true, plugin: "wal2json", wal_status: "reserved", temporary: false });
    expect((await api.call("GET", path())).body.status).toBe("active");
    const { body } = await api.send("GET", `/emulator/connectors/${id}/tables`);
    expect(body.tables).toEqual([
      { table: "billing.invoices", rows: 2 },
      { table: 'public.Weird "name"', rows: 0 },
      { table: "public.orders", rows: 50 },
    ]);
  });

  test("setup of what is set up has nothing to do", async () => {
    const { status, body } = await api.call("POST", path("/engine-setup"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, message: expect.any(String) });
  });

  test("preflight now says that the source is connected", async () => {
    const { body } = await preflight();
    expect(failures(body)).toEqual(["duplicate_source"]);
    expect(body.checks.duplicate_source.message).toContain(`pgstream_${source.database}_slot`);
    expect((await create("again")).status).toBe(422);
  });

  test("changes arrive, transaction by transaction, but not those of an excluded table", async () => {
    const awaited = changes(0);
    await source.admin.query(
      `INSERT INTO events VALUES (now());
       INSERT INTO orders VALUES (51, 'new');
       UPDATE orders SET note = 'newer' WHERE id = 51;
       DELETE FROM orders WHERE id = 51`,
    );
    const arrived = await awaited;
    expect(arrived.changes).toEqual([
      change(1, "insert", "public.orders", { id: 51, note: "new" }),
      change(2, "update", "public.orders", { id: 51, note: "newer" }),
      change(3, "delete", "public.orders", { id: 51 }),
    ]);
    expect(arrived.next).toBe(3);
  });

  test("a table created later is followed, and its DDL is told", async () => {
    await source.admin.query("CREATE TABLE refunds (id int PRIMARY KEY); INSERT INTO refunds VALUES (1)");
    const arrived = await changes(3);
    expect(arrived.changes).toEqual([
      change(4, "ddl", null, { command: "CREATE TABLE", objects: ["public.refunds", "public.refunds_pkey"] }),
      change(5, "insert", "public.refunds", { id: 1 }),
    ]);
  });

  test("a password is rotated in place, and no change is lost or repeated", async () => {
    const wrong = await api.call("PUT", path(), {
      connection_details: source.details({ password: "canary-old" }),
    });
    expect(wrong.status).toBe(400);
    expect(wrong.body.detail).toContain("28P01");
    expect(wrong.body.detail).not.toContain("canary-old");
    const elsewhere = await api.call("PUT", path(), {
      connection_details: source.details({ database: "postgres" }),
    });
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.body.detail).toContain("is not the database that this connector replicates");

    await source.admin.query(`ALTER ROLE ${source.role} PASSWORD 'canary-new'`);
    const renamed = await api.call("PUT", path(), {
      name: "shop-eu",
      connection_details: source.details({ password: "canary-new" }),
    });
    expect(renamed.body).toMatchObject({ id, name: "shop-eu", project_id: emulator.projectId });
    await source.admin.query("INSERT INTO orders VALUES (52, 'after')");
    expect((await changes(5)).changes).toEqual([
      change(6, "insert", "public.orders", { id: 52, note: "after" }),
    ]);
    expect((await api.call("GET", path())).body.status).toBe("active");
  });

  test("a lost connection comes back by itself, and a transaction open at that time is not lost", async () => {
    await source.admin.query("BEGIN; INSERT INTO orders VALUES (53, 'begun before')");
    const application = await source.session();
    await application.query("INSERT INTO orders VALUES (54, 'committed before')");
    expect((await changes(6)).changes).toEqual([
      change(7, "insert", "public.orders", { id: 54, note: "committed before" }),
    ]);
    await application.query(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = current_database()",
    );
    await source.admin.query("COMMIT");
    expect((await changes(7)).changes).toEqual([
      change(8, "insert", "public.orders", { id: 53, note: "begun before" }),
    ]);
    await application.close();
  });

  test("a locked connector is not deleted, and the lock is told", async () => {
    const locked = await api.call("POST", path("/deletion-lock"), { reason: "production" });
    expect(locked.body.connector).toMatchObject({ id, can_delete: false });
    const refused = await api.call("DELETE", path());
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain("production");
    expect((await api.call("POST", path("/deletion-lock"), { reason: "x".repeat(501) })).status).toBe(422);
    const unlocked = await api.call("DELETE", path("/deletion-lock"));
    expect(unlocked.body.connector.can_delete).toBe(true);
  });

  test("there are no quarantines", async () => {
    expect((await api.call("GET", path("/quarantine"))).body).toEqual({ quarantines: [] });
    expect((await api.call("POST", path("/quarantine/q_1/release"))).status).toBe(404);
  });

  test("deletion leaves nothing on the source, and no connector", async () => {
    await source.admin.query("BEGIN; LOCK TABLE pg_catalog.pg_event_trigger IN SHARE MODE");
    const handle = await api.call("DELETE", path());
    const joined = await api.call("DELETE", path());
    expect(joined.body.operation_id).toBe(handle.body.operation_id);
    expect((await api.call("POST", path("/deletion-lock"), {})).status).toBe(409);
    expect((await api.call("POST", path("/engine-setup"))).status).toBe(409);
    await source.admin.query("COMMIT");
    expect(await api.finish(handle)).toMatchObject({ status: "completed", result: { left: [] } });
    expect(await source.artifacts()).toEqual([]);
    expect((await api.call("GET", path())).status).toBe(404);
    expect((await api.call("DELETE", path())).status).toBe(404);
  });
});

function preflight(more = {}) {
  return api.call("POST", "/v1/connectors/preflight", {
    service_name: "postgresql",
    connection_details: source.details(),
    ...more,
  });
}

function create(name: string) {
  return api.call("POST", "/v1/connectors", {
    service_name: "postgresql",
    project_id: emulator.projectId,
    name,
    connection_details: source.details(),
  });
}

function failures(report: { checks: Record<string, { passed: boolean }> }): string[] {
  return Object.entries(report.checks)
    .filter(([, check]) => !check.passed)
    .map(([name]) => name)
    .sort();
}

function table(path: string, columns: string[], usable: boolean) {
  return { path, columns, replica_identity: "default", usable_replica_identity: usable };
}

function change(seq: number, kind: string, table: string | null, columns: Record<string, unknown>) {
  return { seq, kind, table, columns, lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) };
}

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { parseConnectionUrl } from "../../src/postgres/connection-url";
import type { Session } from "../../src/postgres/session";
import { applicationSession } from "../support/application-session";
import { Contract } from "../support/openapi";
import { OpenApiClient, type Reply } from "../support/openapi-client";
import { sharedPostgres } from "../support/postgres";
import { createSource, databaseExists, type TestSource } from "./test-source";

let emulator: Emulator;
let api: OpenApiClient;
const sources: TestSource[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  api = new OpenApiClient(emulator);
});
afterAll(async () => {
  await emulator.cleanUp();
  await emulator.close();
  await Promise.all(sources.map((source) => source.drop()));
});

/** A source without other sessions, and its connector. */
async function connect({ setUp = true } = {}): Promise<{ source: TestSource; id: string }> {
  const source = await createSource({
    script: "CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders VALUES (1, 'one')",
  });
  sources.push(source);
  await source.admin.close();
  const created = await api.call("POST", "/v1/connectors", {
    service_name: "postgresql",
    project_id: emulator.projectId,
    name: "shop",
    connection_details: source.details(),
  });
  const { id } = created.body;
  if (!setUp) return { source, id };
  await api.finish(await api.call("POST", `/v1/connectors/${id}/discover`));
  await api.call("POST", `/v1/connectors/${id}/selection`, { selected_paths: ["*"] });
  const done = await api.finish(await api.call("POST", `/v1/connectors/${id}/engine-setup`));
  expect(done.status, done.error).toBe("completed");
  return { source, id };
}

/** Asks for a branch as a body and a key, and holds the answer against the document. */
async function ask(body: unknown, key?: string): Promise<Reply & { replay: string | null }> {
  const response = await fetch(`${emulator.url}/branch/create`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${emulator.token}`,
      ...(key === undefined ? {} : { "x-idempotency-key": key }),
    },
    body: JSON.stringify(body),
  });
  const reply = { status: response.status, body: await response.json() };
  new Contract().expectReply("POST", "/v1/branch/create", reply.status, reply.body);
  return { ...reply, replay: response.headers.get("x-idempotency-replay") };
}

function wanted(connectorId: string, name: string) {
  return { connector_id: connectorId, service_type: "postgres", name };
}

const list = async (id: string) => (await api.call("GET", `/v1/branches/${id}`)).body;

function session(url: string): Promise<Session> {
  return applicationSession(parseConnectionUrl(url).settings, {
    applicationName: "a test's psql",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 30_000,
  });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const opened = await session(url);
  try {
    return await opened.query(sql);
  } finally {
    await opened.close();
  }
}

const databaseOf = (url: string) => parseConnectionUrl(url).settings.database;

describe("a branch", () => {
  test("is a separate copy of the source, without Ardent's objects", async () => {
    const { source, id } = await connect();
    const handle = await ask(wanted(id, "pr-42"), "key-1");
    expect(handle).toMatchObject({ status: 202, replay: null, body: { type: "branch_create" } });
    const done = await api.finish(handle);
    expect(done).toMatchObject({ status: "completed", resource_id: handle.body.resource_id, error: null });
    const url: string = done.result.branch_url;
    expect(await list(id)).toEqual([
      expect.objectContaining({ id: done.resource_id, name: "pr-42", status: "ready", branch_url: url }),
    ]);

    expect(await query(url, "SELECT * FROM orders")).toEqual([{ id: 1, note: "one" }]);
    expect(
      await query(
        url,
        "SELECT evtname FROM pg_event_trigger UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'pgstream'",
      ),
    ).toEqual([]);
    await query(url, "UPDATE orders SET note = 'branch'");
    expect(await query(source.details().url, "SELECT * FROM orders")).toEqual([{ id: 1, note: "one" }]);
  });

  test("does not stop the replication, which loses no change", async () => {
    const { source, id } = await connect();
    await api.finish(await ask(wanted(id, "pr-1")));
    await query(source.details().url, "INSERT INTO orders VALUES (2, 'two')");
    const { body } = await api.send("GET", `/emulator/connectors/${id}/changes?wait=30`);
    expect(body.changes).toMatchObject([{ table: "public.orders", columns: { id: 2, note: "two" } }]);
    expect((await api.call("GET", `/v1/connectors/${id}`)).body.status).toBe("active");
  });

  test("is created after another one of the same source that is requested at the same time", async () => {
    const { id } = await connect();
    const handles = await Promise.all([ask(wanted(id, "a")), ask(wanted(id, "b"))]);
    const done = await Promise.all(handles.map((handle) => api.finish(handle)));
    expect(done.map(({ status }) => status)).toEqual(["completed", "completed"]);
    expect((await list(id)).map(({ name }: { name: string }) => name).sort()).toEqual(["a", "b"]);
  });

  test("is removed with its connector, even while sessions are connected to it", async () => {
    const { id } = await connect();
    const { result } = await api.finish(await ask(wanted(id, "pr-1")));
    const connected = await session(result.branch_url);
    const deleted = await api.finish(await api.call("DELETE", `/v1/connectors/${id}`));
    expect(deleted).toMatchObject({ status: "completed", result: { left: [] } });
    expect(await databaseExists(databaseOf(result.branch_url))).toBe(false);
    await connected.close();
    expect((await api.call("GET", `/v1/branches/${id}`)).status).toBe(404);
  });

  test("is removed by the emulator's own call, since the API has none, and its name is free again", async () => {
    const { id } = await connect();
    const { result, resource_id } = await api.finish(await ask(wanted(id, "pr-1"), "removed"));
    const path = `/emulator/connectors/${id}/branches/pr-1`;
    expect(await api.send("DELETE", path)).toEqual({ status: 200, body: { deleted: resource_id } });
    expect(await databaseExists(databaseOf(result.branch_url))).toBe(false);
    expect((await api.send("DELETE", path)).status).toBe(404);
    expect((await api.finish(await ask(wanted(id, "pr-1"), "removed-2"))).status).toBe("completed");
  });
});

describe("an idempotency key", () => {
  test("returns the same creation again, even a failed one, and rejects another request", async () => {
    const { id } = await connect();
    const first = await ask(wanted(id, "pr-1"), `same-${id}`);
    const during = await ask(wanted(id, "pr-1"), `same-${id}`);
    expect(during).toMatchObject({ status: 202, replay: "true" });
    await api.finish(first);
    const after = await ask(wanted(id, "pr-1"), `same-${id}`);
    expect(after).toMatchObject({ status: 202, replay: "true" });
    for (const { body } of [during, after]) expect(body.operation_id).toBe(first.body.operation_id);
    expect(await list(id)).toHaveLength(1);
    expect((await ask(wanted(id, "pr-2"), `same-${id}`)).status).toBe(409);
  });

  test("that is in use is rejected until its request is accepted", async () => {
    const { id } = await connect();
    const both = await Promise.all([
      ask(wanted(id, "pr-1"), `flight-${id}`),
      ask(wanted(id, "pr-1"), `flight-${id}`),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const again = await ask(wanted(id, "pr-1"), `flight-${id}`);
    expect(again).toMatchObject({ status: 202, replay: "true" });
    await api.finish(again);
  });
});

describe("a branch is refused", () => {
  test("while the engine is not set up", async () => {
    const { id } = await connect({ setUp: false });
    const { status, body } = await ask(wanted(id, "pr-1"));
    expect(status).toBe(422);
    expect(body.detail).toContain("not ready to branch");
    expect(await list(id)).toEqual([]);
  });

  test("when its name is taken, by an existing branch or one that is being created", async () => {
    const { id } = await connect();
    const handle = await ask(wanted(id, "pr-1"), "one");
    expect((await ask(wanted(id, "pr-1"), "other")).status).toBe(409);
    await api.finish(handle);
    const { status, body } = await ask(wanted(id, "pr-1"), "other");
    expect({ status, body }).toEqual({
      status: 400,
      body: { detail: "The branch name is invalid: pr-1 is taken" },
    });
  });

  test.each([
    [{ name: "pr-1" }, "Missing or no string: connector_id, service_type"],
    [{ connector_id: "con_1", service_type: "postgresql", name: "x" }, "Unsupported service_type postgresql"],
    [{ connector_id: "con_1", service_type: "postgres", name: "" }, "The branch name is invalid"],
    [{}, "Missing or no string: connector_id, service_type, name"],
    [[], "The body is not a JSON object"],
  ])("for a body that is not as documented: %j", async (body, detail) => {
    const reply = await ask(body);
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toContain(detail);
  });

  test("for an invalid key", async () => {
    expect((await ask(wanted("con_1", "x"), "")).status).toBe(400);
  });

  test("when the connector does not exist", async () => {
    expect((await ask(wanted("con_none", "x"))).status).toBe(404);
  });

  test("when the source is out of reach, and the key can be used again", async () => {
    const { source, id } = await connect();
    const server = await sharedPostgres(17);
    await server.query(`ALTER ROLE ${source.role} PASSWORD 'another'`);
    const refused = await ask(wanted(id, "pr-1"), `again-${id}`);
    expect(refused.status).toBe(503);
    expect(refused.body.detail).toContain("28P01");
    await server.query(`ALTER ROLE ${source.role} PASSWORD '${source.password}'`);
    const taken = await ask(wanted(id, "pr-1"), `again-${id}`);
    expect(taken).toMatchObject({ status: 202, replay: null });
    await api.finish(taken);
  });
});

describe("a copy that other sessions prevent", { timeout: 60_000 }, () => {
  test("fails and names them, leaves nothing, and works when they have ended", async () => {
    const { source, id } = await connect();
    const other = await session(source.details().url);
    const failed = await api.finish(await ask(wanted(id, "pr-1"), `busy-${id}`));
    expect(failed).toMatchObject({ status: "failed", stage: "copy_database", result: null });
    expect(failed.error).toContain(`connected to it: a test's psql as ${source.role}. Close`);
    expect(await list(id)).toEqual([]);
    expect(await ask(wanted(id, "pr-1"), `busy-${id}`)).toMatchObject({ replay: "true" });
    await other.close();
    expect((await api.finish(await ask(wanted(id, "pr-1"), `free-${id}`))).status).toBe("completed");
  });

  test("is given up when its connector is deleted meanwhile", async () => {
    const { source, id } = await connect();
    const other = await session(source.details().url);
    const handle = await ask(wanted(id, "pr-1"));
    const deletion = await api.call("DELETE", `/v1/connectors/${id}`);
    expect(await api.finish(deletion)).toMatchObject({ status: "completed", result: { left: [] } });
    const stopped = await api.finish(handle);
    expect(stopped.status).toBe("failed");
    await other.close();
    const server = await sharedPostgres(17);
    expect(
      await server.query("SELECT slot_name FROM pg_replication_slots WHERE database = $1", [source.database]),
    ).toEqual([]);
  });
});

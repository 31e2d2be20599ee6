import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../../src/ardent/client";
import { type Properties, UNKNOWN } from "../../../src/dynamic/provider";
import { createReplicationProvider } from "../../../src/dynamic/replication/replication-provider";
import {
  type Script,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
} from "../../support/scripted-service";

const INPUTS: Properties = {
  __provider: "the serialized provider",
  connectorId: "con_1",
  decisions: { "public.events": "exclude" },
};
const ROW = { id: "con_1", org_id: "org_1", name: "shop", service_name: "postgresql" };
const DISCOVERED = {
  schemas: [
    {
      name: "public",
      tables: [
        { path: "public.orders", usable_replica_identity: true },
        { path: "public.events", usable_replica_identity: false },
      ],
    },
    { name: "billing", tables: [{ path: "billing.audit", usable_replica_identity: false }] },
  ],
};

let service: ScriptedService;
let lines: string[] = [];
afterEach(() => service.stop());

/** The service in the usual case; a test overrides the steps it is about, one script a call, the last repeated. */
async function start(overrides: Record<string, Script[] | (() => Script)> = {}) {
  lines = [];
  const decided = { tables: [{ table: "public.events", decision: "exclude" }] };
  const usual: Record<string, Script[] | (() => Script)> = {
    "POST /v1/connectors/con_1/discover": [handle("op_discovery")],
    "GET /v1/operations/op_discovery": [ended("op_discovery", { result: DISCOVERED })],
    "POST /v1/connectors/con_1/selection": [
      { status: 200, json: { ...ROW, replica_identity_preflight: decided } },
    ],
    "PUT /v1/connectors/con_1/replica-identity-decisions": [{ status: 200, json: ROW }],
    "POST /v1/connectors/con_1/engine-setup": [handle("op_setup")],
    "GET /v1/operations/op_setup": [
      under("op_setup", { stage_label: "copying tables", progress: 40 }),
      ended("op_setup", { stage_label: "ready" }),
    ],
    ...overrides,
  };
  const calls = new Map<string, number>();
  service = await startScriptedService(({ method, path }) => {
    const key = `${method} ${path}`;
    const scripts = usual[key] ?? [{ status: 404, json: { detail: "Not found" } }];
    if (typeof scripts === "function") return scripts();
    const turn = calls.get(key) ?? 0;
    calls.set(key, turn + 1);
    return scripts[Math.min(turn, scripts.length - 1)] as Script;
  });
  const client = new ArdentClient({
    apiUrl: service.apiUrl,
    token: "t",
    userAgent: "test",
    retry: { attempts: 2, totalMs: 1_000, initialDelayMs: 1 },
  });
  return createReplicationProvider({ service: () => client, print: (line) => lines.push(line), pollMs: 1 });
}

function handle(id: string): Script {
  return { status: 202, json: { operation_id: id, status: "pending", type: "x", resource_id: "con_1" } };
}
function under(id: string, fields: object = {}): Script {
  return { status: 200, json: { id, status: "running", ...fields } };
}
function ended(id: string, fields: object = {}): Script {
  return { status: 200, json: { id, status: "completed", progress: 100, ...fields } };
}

/** The requests that change something, with what they say. */
function changes(): unknown[] {
  return service.requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body }: SeenRequest) => {
      const step = `${method} ${path.split("/").at(-1)}`;
      return body === undefined ? step : [step, body];
    });
}

async function thrown(call: Promise<unknown>): Promise<Error & { id?: string; properties?: Properties }> {
  return call.then(
    () => expect.unreachable("it went well"),
    (error) => error,
  );
}

const DECIDED = { ...INPUTS, decisions: { "public.events": "exclude", "billing.audit": "exclude" } };

describe("create", () => {
  it("discovers, selects, decides and sets up, in that order, and shows each change once", async () => {
    const provider = await start();
    const inputs = { ...INPUTS, decisions: { "public.events": "exclude", "billing.audit": "add_pk" } };
    const { id, outs } = await provider.create(inputs, undefined);
    expect(changes()).toEqual([
      "POST discover",
      ["POST selection", { selected_paths: ["*"] }],
      ["PUT replica-identity-decisions", { decisions: { "public.events": "exclude" } }],
      "POST engine-setup",
    ]);
    expect({ id, outs }).toEqual({ id: "con_1", outs: inputs });
    expect(lines).toEqual([
      "Ardent: connector con_1: discovery: completed (100 %)",
      "Ardent: connector con_1: no selected table needs the decision for billing.audit",
      "Ardent: connector con_1: setup op_setup runs at Ardent; if this run ends first, the next `pulumi up` waits for it",
      "Ardent: connector con_1: setup: copying tables (40 %)",
      "Ardent: connector con_1: setup: ready (100 %)",
    ]);
  });

  it("rejects every table without a decision before anything is set", async () => {
    const provider = await start();
    const error = await thrown(provider.create({ ...INPUTS, decisions: {} }, undefined));
    expect(changes()).toEqual(["POST discover"]);
    expect(error).toMatchObject({
      problems: [
        { object: "public.events", fix: expect.stringMatching(/exclude.*add_pk.*replica_identity_full/) },
        { object: "billing.audit" },
      ],
    });
  });

  it("requires no decision about unselected tables, and sends none that is not needed", async () => {
    const provider = await start();
    await provider.create({ ...DECIDED, selection: ["public.orders", "public.events"] }, undefined);
    expect(changes().slice(1, 3)).toEqual([
      ["POST selection", { selected_paths: ["public.orders", "public.events"] }],
      ["PUT replica-identity-decisions", { decisions: { "public.events": "exclude" } }],
    ]);
  });

  it("sends all decisions if the service does not say which tables need one", async () => {
    const provider = await start({
      "GET /v1/operations/op_discovery": [ended("op_discovery")],
      "POST /v1/connectors/con_1/selection": [{ status: 200, json: ROW }],
    });
    await provider.create(DECIDED, undefined);
    expect(changes()[2]).toEqual(["PUT replica-identity-decisions", { decisions: DECIDED.decisions }]);
  });

  const NOTHING_TO_DECIDE = {
    "GET /v1/operations/op_discovery": [ended("op_discovery", { result: { schemas: [] } })],
    "POST /v1/connectors/con_1/selection": [
      { status: 200, json: { ...ROW, replica_identity_preflight: { tables: [] } } },
    ],
  };

  it("excludes a table that needs no decision", async () => {
    const provider = await start();
    const decisions = { "public.events": "exclude", "billing.audit": "add_pk", "public.orders": "exclude" };
    await provider.create({ ...INPUTS, decisions }, undefined);
    expect(changes()[2]).toEqual([
      "PUT replica-identity-decisions",
      { decisions: { "public.events": "exclude", "public.orders": "exclude" } },
    ]);
  });

  it("withdraws decisions that the program no longer has", async () => {
    const provider = await start(NOTHING_TO_DECIDE);
    await provider.update("con_1", DECIDED, { ...DECIDED, decisions: {} }, undefined);
    expect(changes()[2]).toEqual(["PUT replica-identity-decisions", { decisions: {} }]);
  });

  it("decides nothing when nothing needs it", async () => {
    const provider = await start(NOTHING_TO_DECIDE);
    await provider.create(INPUTS, undefined);
    expect(changes()).toEqual([
      "POST discover",
      ["POST selection", { selected_paths: ["*"] }],
      "POST engine-setup",
    ]);
  });

  it("waits for a conflicting setup, until the engine is set up", async () => {
    const conflict: Script = { status: 409, json: { detail: "another setup is running" } };
    const provider = await start({
      "POST /v1/connectors/con_1/engine-setup": [conflict, conflict, { status: 200, json: ROW }],
    });
    await provider.create(DECIDED, undefined);
    expect(service.count("POST", /engine-setup$/)).toBe(3);
    expect(lines.slice(-2)).toEqual([
      "Ardent: connector con_1: waiting to set up: another setup is running",
      "Ardent: connector con_1: the replication is set up",
    ]);
  });

  it("does not wait for the setup with wait: false, and records it", async () => {
    const provider = await start();
    const { outs } = await provider.create({ ...DECIDED, wait: false }, undefined);
    expect(outs).toMatchObject({ pending: { step: "setup", operationId: "op_setup" } });
    expect(service.count("GET", "/v1/operations/op_setup")).toBe(0);
  });

  it("records nothing if nothing has started", async () => {
    const provider = await start({
      "POST /v1/connectors/con_1/discover": [
        { status: 422, json: { detail: "Discovery prerequisites failed" } },
      ],
    });
    const error = await thrown(provider.create(DECIDED, undefined));
    expect(error).toMatchObject({ code: "invalid", detail: "Discovery prerequisites failed" });
    expect(error.id).toBeUndefined();
  });
});

describe("a replication that is not ready in time", () => {
  const running = under("op_setup", { stage_label: "copying tables", progress: 40 });

  it("is recorded with its operation, for which the next update waits instead of starting another", async () => {
    let now: Script = running;
    const provider = await start({ "GET /v1/operations/op_setup": () => now });
    const inputs = { ...DECIDED, timeout: 1 };
    const error = await thrown(provider.create(inputs, undefined));
    expect(error.message).toMatch(/timed out[\s\S]*copying tables \(40 %\)[\s\S]*pulumi up/);
    const pending = { step: "setup", operationId: "op_setup" };
    expect(error).toMatchObject({
      id: "con_1",
      properties: { ...inputs, pending },
      reasons: [error.message],
    });

    now = ended("op_setup");
    const before = changes().length;
    const { outs } = await provider.update("con_1", error.properties as Properties, DECIDED, undefined);
    expect(outs).toEqual(DECIDED);
    expect(changes()).toHaveLength(before);
  });

  it("stays recorded when the token expires meanwhile", async () => {
    const provider = await start({
      "GET /v1/operations/op_setup": [running, { status: 401, json: { detail: "token expired" } }],
    });
    const error = await thrown(provider.create(DECIDED, undefined));
    expect(error.message).toContain("token expired");
    expect(error.properties).toMatchObject({ pending: { operationId: "op_setup" } });
  });

  it("resumes at its discovery if that had not ended", async () => {
    const provider = await start();
    const olds = { ...DECIDED, pending: { step: "discovery", operationId: "op_discovery" } };
    await provider.update("con_1", olds, DECIDED, undefined);
    expect(changes().map((change) => (Array.isArray(change) ? change[0] : change))).toEqual([
      "POST selection",
      "PUT replica-identity-decisions",
      "POST engine-setup",
    ]);
  });
});

describe("an operation of an earlier run", () => {
  const olds = { ...DECIDED, pending: { step: "setup", operationId: "op_old" } };

  it.each([
    ["failed", { status: 200, json: { id: "op_old", status: "failed", error: "slot lost" } }],
    ["is unknown now", { status: 404, json: { detail: "Operation not found" } }],
    ["ended with an unknown status", ended("op_old", { status: "archived", completed_at: "2026-11-22" })],
  ] as [string, Script][])("that %s is started again", async (_, state) => {
    const provider = await start({ "GET /v1/operations/op_old": [state] });
    const { outs } = await provider.update("con_1", olds, DECIDED, undefined);
    expect(changes()).toHaveLength(4);
    expect(outs).toEqual(DECIDED);
  });

  it("is not waited for if other inputs may have been sent since then: a reverted program sends its own again", async () => {
    const provider = await start();
    const { outs } = await provider.update("con_1", { ...olds, unconfirmed: true }, DECIDED, undefined);
    expect(service.count("GET", "/v1/operations/op_old")).toBe(0);
    expect(changes()).toHaveLength(4);
    expect(outs).toEqual(DECIDED);
  });

  it("is not waited for if the inputs have changed", async () => {
    const provider = await start();
    await provider.update("con_1", olds, { ...DECIDED, selection: ["public.events"] }, undefined);
    expect(service.count("GET", "/v1/operations/op_old")).toBe(0);
    expect(changes()).toHaveLength(4);
  });
});

describe("an operation that fails", () => {
  it("is reported with Ardent's reason and stage, and the next run repeats it", async () => {
    const provider = await start({
      "GET /v1/operations/op_setup": [
        {
          status: 200,
          json: {
            id: "op_setup",
            status: "failed",
            stage_label: "copying tables",
            progress: 40,
            error: "disk full",
          },
        },
      ],
    });
    const error = await thrown(provider.create(DECIDED, undefined));
    expect(error.message).toMatch(/copying tables \(40 %\)[\s\S]*disk full|disk full[\s\S]*copying tables/);
    expect(error).toMatchObject({ id: "con_1", properties: DECIDED });
    expect(error.properties).not.toHaveProperty("pending");
    // Also after a refresh, which takes away the engine's mark of the failure.
    const diff = await provider.diff("con_1", error.properties as Properties, DECIDED, undefined);
    expect(diff.changes).toBe(true);
  });
});

describe("diff", () => {
  const cases: [string, Properties, Properties, { changes: boolean; replaces: string[] }][] = [
    ["nothing", {}, {}, { changes: false, replaces: [] }],
    ["the default written out", {}, { selection: ["*"], wait: true }, { changes: false, replaces: [] }],
    [
      "another order",
      { selection: ["a.b", "a.c"] },
      { selection: ["a.c", "a.b", "a.c"] },
      { changes: false, replaces: [] },
    ],
    ["another selection", {}, { selection: ["public.orders"] }, { changes: true, replaces: [] }],
    [
      "another decision",
      {},
      { decisions: { "public.events": "replica_identity_full" } },
      { changes: true, replaces: [] },
    ],
    ["another timeout", {}, { timeout: 60 }, { changes: false, replaces: [] }],
    ["another connector", {}, { connectorId: "con_2" }, { changes: true, replaces: ["connectorId"] }],
    ["a connector not known yet", {}, { connectorId: UNKNOWN }, { changes: true, replaces: [] }],
    [
      "waiting wanted after all",
      { wait: false, pending: { step: "setup", operationId: "op_1" } },
      {},
      { changes: true, replaces: [] },
    ],
    [
      "a setup that has timed out",
      { pending: { step: "setup", operationId: "op_1" } },
      {},
      { changes: true, replaces: [] },
    ],
    [
      "a discovery that was interrupted before a setup with wait: false",
      { wait: false, pending: { step: "discovery", operationId: "op_1" } },
      { wait: false },
      { changes: true, replaces: [] },
    ],
    [
      "work that continues without being waited for",
      { wait: false, pending: { step: "setup", operationId: "op_1" } },
      { wait: false },
      { changes: false, replaces: [] },
    ],
  ];
  it.each(cases)("%s", async (_, olds, news, expected) => {
    const provider = await start();
    const diff = await provider.diff("con_1", { ...INPUTS, ...olds }, { ...INPUTS, ...news }, undefined);
    expect(diff).toEqual(expected);
  });
});

describe("check", () => {
  it("reports all problems at once, and accepts unknown values", async () => {
    const provider = await start();
    const news = {
      connectorId: UNKNOWN,
      selection: [],
      decisions: { "public.events": "drop", "public.logs": UNKNOWN },
      timeout: 0,
      wait: UNKNOWN,
    };
    const { inputs, failures } = await provider.check({}, news, undefined);
    expect(inputs).toBe(news);
    expect(failures?.map(({ property }) => property)).toEqual([
      "selection",
      'decisions["public.events"]',
      "timeout",
    ]);
    expect(failures?.[1]?.reason).toContain("exclude, add_pk, replica_identity_full");
  });
});

describe("read and delete", () => {
  it("is deleted with its connector, and not separately at the service", async () => {
    const provider = await start({ "GET /v1/connectors/con_1": [{ status: 200, json: ROW }] });
    expect(await provider.read("con_1", DECIDED, undefined)).toEqual({ id: "con_1", props: DECIDED });
    expect(await provider.read("con_2", DECIDED, undefined)).toEqual({});
    await provider.delete("con_1", DECIDED, undefined);
    expect(changes()).toEqual([]);
  });
});

describe("a setup that an earlier, killed run left running", () => {
  it("is waited for before the tables are discovered again", async () => {
    const busy: Script = { status: 400, json: { detail: "a setup is running" } };
    const provider = await start({
      "POST /v1/connectors/con_1/discover": [busy, handle("op_discovery")],
      "POST /v1/connectors/con_1/engine-setup": [
        handle("op_setup"),
        { status: 200, json: { ...ROW, message: "already set up" } },
      ],
    });
    const { outs } = await provider.create(DECIDED, undefined);
    expect(outs).toEqual(DECIDED);
    expect(changes().map((step) => (Array.isArray(step) ? step[0] : step))).toEqual([
      "POST discover",
      "POST engine-setup",
      "POST discover",
      "POST selection",
      "PUT replica-identity-decisions",
      "POST engine-setup",
    ]);
    expect(lines).toContain(
      "Ardent: connector con_1: a setup that was started earlier is still running; waiting for it first",
    );
  });

  it("is not recorded as the wanted setup when waiting for it fails", async () => {
    const provider = await start({
      "POST /v1/connectors/con_1/discover": [{ status: 400, json: { detail: "a setup is running" } }],
      "GET /v1/operations/op_setup": [{ status: 401, json: { detail: "token expired" } }],
    });
    const error = await thrown(provider.create(DECIDED, undefined));
    expect(error.message).toContain("token expired");
    // Recorded, the next run would wait for it and leave the selection as the earlier run had it.
    expect(error.properties).toBeUndefined();
  });

  it("is started again if it has failed", async () => {
    const busy: Script = { status: 400, json: { detail: "a setup is running" } };
    const provider = await start({
      "POST /v1/connectors/con_1/discover": [busy, handle("op_discovery")],
      "POST /v1/connectors/con_1/engine-setup": [handle("op_old"), { status: 200, json: ROW }],
      "GET /v1/operations/op_old": [{ status: 200, json: { id: "op_old", status: "failed", error: "lost" } }],
    });
    const { outs } = await provider.create(DECIDED, undefined);
    expect(outs).toEqual(DECIDED);
  });

  it("is also waited for by a run that continues from an earlier discovery", async () => {
    const busy: Script = { status: 400, json: { detail: "a setup is running" } };
    const provider = await start({
      "POST /v1/connectors/con_1/selection": [busy, { status: 200, json: ROW }],
      "POST /v1/connectors/con_1/discover": [busy, handle("op_discovery")],
    });
    const olds = { ...DECIDED, pending: { step: "discovery", operationId: "op_discovery" } };
    const { outs } = await provider.update("con_1", olds, DECIDED, undefined);
    expect(outs).toEqual(DECIDED);
    expect(changes().map((step) => (Array.isArray(step) ? step[0] : step))).toEqual([
      "POST selection",
      "POST discover",
      "POST engine-setup",
      "POST discover",
      "POST selection",
      "PUT replica-identity-decisions",
      "POST engine-setup",
    ]);
  });

  it("does not hide an error with another reason", async () => {
    const provider = await start({
      "POST /v1/connectors/con_1/discover": [{ status: 400, json: { detail: "the source is a standby" } }],
      "POST /v1/connectors/con_1/engine-setup": [{ status: 400, json: { detail: "not discovered" } }],
    });
    expect((await thrown(provider.create(DECIDED, undefined))).message).toContain("the source is a standby");
  });
});

describe("a replication that fails at Ardent", () => {
  const QUARANTINES = "GET /v1/connectors/con_1/quarantine";
  const row = (fields: object): Script[] => [{ status: 200, json: { ...ROW, ...fields } }];
  const paused = (...quarantines: object[]): Script[] => [
    {
      status: 200,
      json: {
        quarantines: quarantines.map((one) => ({ connector_id: "con_1", status: "quarantined", ...one })),
      },
    },
  ];
  const TOO_LARGE = {
    id: "q_1",
    deployment_name: "orders",
    message: "a row is too large",
    tables: ["public.orders"],
  };

  it("is set up again if it has failed, and the reason is shown before", async () => {
    const provider = await start({
      "GET /v1/connectors/con_1": row({
        status: "setup_failed",
        replication_error: "no slot at postgres://a:canary@b/c",
      }),
      [QUARANTINES]: paused(),
    });
    expect(await provider.diff("con_1", DECIDED, DECIDED, undefined)).toEqual({
      changes: true,
      replaces: [],
    });
    expect(lines).toEqual([
      "Ardent: connector con_1 is setup_failed: no slot at postgres://a:***@b/c; its setup will be repeated",
    ]);
    await provider.update("con_1", DECIDED, DECIDED, undefined);
    expect(changes()).toContain("POST engine-setup");
  });

  it("is not successful if there is nothing to set up, but it has failed", async () => {
    const failedRow = { status: 200, json: { ...ROW, status: "failed", replication_error: "disk full" } };
    const provider = await start({
      "GET /v1/connectors/con_1": [failedRow],
      "POST /v1/connectors/con_1/engine-setup": [failedRow],
      [QUARANTINES]: paused(),
    });
    const error = await thrown(provider.update("con_1", DECIDED, DECIDED, undefined));
    expect(error.message).toMatch(/con_1 .*has failed[\s\S]*failed: disk full[\s\S]*pulumi up --replace/);
    expect(lines).not.toContain("Ardent: connector con_1: the replication is set up");
  });

  it("shows what is paused with tables and reason, and changes nothing by itself", async () => {
    const provider = await start({
      "GET /v1/connectors/con_1": row({ status: "quarantined" }),
      [QUARANTINES]: paused(TOO_LARGE),
    });
    expect(await provider.diff("con_1", DECIDED, DECIDED, undefined)).toEqual({
      changes: false,
      replaces: [],
    });
    expect(lines).toEqual([
      'Ardent: connector con_1 has paused q_1 (orders): a row is too large; tables public.orders; once the cause is fixed, releaseQuarantines: ["q_1"] resumes it',
    ]);
  });

  it("releases the parts in the program once, and does not repeat the setup", async () => {
    const provider = await start({
      "GET /v1/connectors/con_1": row({ status: "quarantined" }),
      [QUARANTINES]: paused(TOO_LARGE, { id: "q_2" }),
      "POST /v1/connectors/con_1/quarantine/q_1/release": [
        { status: 200, json: { id: "q_1", connector_id: "con_1", status: "released" } },
      ],
    });
    const news = { ...DECIDED, releaseQuarantines: ["q_1", "q_0"] };
    expect(await provider.diff("con_1", DECIDED, news, undefined)).toEqual({ changes: true, replaces: [] });
    expect(lines[0]).toBe(
      "Ardent: connector con_1: quarantine q_1 (orders): a row is too large; tables public.orders; it will be released",
    );
    const { outs } = await provider.update("con_1", DECIDED, news, undefined);
    expect(outs).toEqual(news);
    expect(changes()).toEqual(["POST release"]);
    await provider.update("con_1", { ...DECIDED, unconfirmed: true }, news, undefined);
    expect(changes()).toContain("POST engine-setup");
  });

  it("may recover by itself if it is degraded, and a line says so", async () => {
    const provider = await start({
      "GET /v1/connectors/con_1": row({ status: "degraded", replication_error: "the source is away" }),
      [QUARANTINES]: paused(),
    });
    expect(await provider.diff("con_1", DECIDED, DECIDED, undefined)).toEqual({
      changes: false,
      replaces: [],
    });
    expect(lines).toEqual(["Ardent: connector con_1 is degraded: the source is away"]);
  });

  it.each(["active", "hibernating", null])("counts as healthy with the status %s", async (status) => {
    const provider = await start({ "GET /v1/connectors/con_1": row({ status }), [QUARANTINES]: paused() });
    expect(await provider.diff("con_1", DECIDED, DECIDED, undefined)).toEqual({
      changes: false,
      replaces: [],
    });
    expect(lines).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../../src/ardent/client";
import { createBranchProvider } from "../../../src/dynamic/branch/branch-provider";
import { type Properties, UNKNOWN } from "../../../src/dynamic/provider";
import { type BranchStore, type Fault, startBranchStore } from "../../support/branch-store";
import type { SeenRequest } from "../../support/scripted-service";

const INPUTS: Properties = {
  __provider: "the serialized provider",
  connectorId: "con_1",
  name: "pr-42",
  origin: "urn:pulumi:pr-42::preview::pulumi-nodejs:dynamic/ardent:Branch::db",
};

let service: BranchStore;
let lines: string[] = [];
afterEach(() => service.stop());

async function start(options: Parameters<typeof startBranchStore>[0] = {}) {
  lines = [];
  service = await startBranchStore(options);
  return provider();
}

function provider() {
  const client = new ArdentClient({
    apiUrl: service.apiUrl,
    token: "t",
    userAgent: "test",
    retry: { attempts: 2, totalMs: 1_000, initialDelayMs: 1 },
  });
  const made = createBranchProvider({ service: () => client, print: (line) => lines.push(line), pollMs: 1 });
  return {
    ...made,
    create: async (inputs: Properties, config: undefined) => {
      const { id, outs = {} } = await made.create(inputs, config);
      return { id, outs };
    },
    update: async (...args: Parameters<typeof made.update>) => {
      const { outs = {} } = await made.update(...args);
      return { outs };
    },
  };
}

/** Lets the first requests that match go wrong, one fault each. */
function faults(path: RegExp, ...list: Fault[]): (request: SeenRequest) => Fault {
  return (request) => (path.test(request.path) ? list.shift() : undefined);
}

const LOST = { work: "done", answer: { cut: "before-answer" } } as const;
const IN_FLIGHT = {
  work: "not-done",
  answer: { status: 409, json: { detail: "this create is already in flight" } },
} as const;
const creates = () => service.count("POST", "/v1/branch/create");
const keys = () =>
  service.requests
    .filter(({ method }) => method === "POST")
    .map(({ headers }) => headers["x-idempotency-key"]);

type Failure = Error & { id?: string; properties?: Properties; reasons?: string[] };
async function thrown(call: Promise<unknown>): Promise<Failure> {
  return call.then(
    () => expect.unreachable("it went well"),
    (error) => error,
  );
}

describe("create", () => {
  it("asks for the branch, waits for it, and knows its id, URL and time", async () => {
    const { create } = await start();
    const { id, outs } = await create(INPUTS, undefined);
    expect({ id, outs }).toEqual({
      id: "con_1/pr-42",
      outs: {
        ...INPUTS,
        branchId: "br_1",
        url: "postgresql://role:canary-password@br_1.example.com/shop",
        createdAt: "2026-11-25T00:00:00Z",
      },
    });
    expect(lines).toEqual(['Ardent: branch "pr-42": copying (40 %)']);
  });

  it("takes URL and id from the operation where the list does not have them", async () => {
    const { create } = await start({
      fault: faults(/branches/, { work: "done", answer: { status: 200, json: [] } }),
    });
    const { outs } = await create(INPUTS, undefined);
    expect(outs).toMatchObject({ branchId: "br_1", url: expect.stringContaining("br_1.example.com") });
  });

  it("says how to wait for a replication that is not set up", async () => {
    const { create } = await start({
      fault: faults(/create/, {
        work: "not-done",
        answer: { status: 422, json: { detail: "engine not ready" } },
      }),
    });
    const error = await thrown(create(INPUTS, undefined));
    expect(error.message).toMatch(/con_1 cannot be branched yet[\s\S]*engine not ready[\s\S]*dependsOn/);
    expect(error.id).toBeUndefined();
  });

  it("passes on what the service says of a name that it does not take", async () => {
    const { create } = await start({
      fault: faults(/create/, {
        work: "not-done",
        answer: { status: 400, json: { detail: "the branch name is invalid" } },
      }),
    });
    expect((await thrown(create(INPUTS, undefined))).message).toContain("the branch name is invalid");
  });
});

describe("exactly one branch is made", () => {
  it("when the answer to its creation is lost", async () => {
    const { create } = await start({ fault: faults(/create/, LOST) });
    const { outs } = await create(INPUTS, undefined);
    expect(outs.branchId).toBe("br_1");
    expect(service.creations).toHaveLength(1);
    expect(creates()).toBe(2);
  });

  it("when every answer of the first run is lost, and the next run asks again", async () => {
    const first = await start({ fault: faults(/create/, LOST, LOST) });
    const error = await thrown(first.create(INPUTS, undefined));
    expect(error).toMatchObject({ code: "unreachable" });
    expect(error.id).toBeUndefined();
    const { outs } = await provider().create(INPUTS, undefined);
    expect(outs.branchId).toBe("br_1");
    expect(service.creations).toHaveLength(1);
    expect(new Set(keys()).size).toBe(1);
    expect(lines.at(-1)).toBe(
      'Ardent: branch "pr-42" was requested by an earlier run; this is that branch, with its current data',
    );
  });

  it("when a run was killed in the middle, and the next one finds the creation under way", async () => {
    const { create } = await start({ ends: () => undefined });
    const error = await thrown(create({ ...INPUTS, timeout: 1 }, undefined));
    expect(error.id).toBe("con_1/pr-42");
    // Killed: nothing of it was recorded.
    const again = provider().create(INPUTS, undefined);
    service.end(service.creations[0], "completed");
    expect((await again).outs.branchId).toBe("br_1");
    expect(service.creations).toHaveLength(1);
  });

  it("when a request of the same key is in flight, which is waited out", async () => {
    const { create } = await start({ fault: faults(/create/, IN_FLIGHT, IN_FLIGHT, IN_FLIGHT) });
    const { outs } = await create(INPUTS, undefined);
    expect(outs.branchId).toBe("br_1");
    expect(lines.filter((line) => line.includes("in flight"))).toEqual([
      'Ardent: branch "pr-42" is already being created; waiting: this create is already in flight',
    ]);
  });

  it("when the same resource is destroyed and made again: it stays, and is found", async () => {
    const { create } = await start();
    const { id, outs } = await create(INPUTS, undefined);
    await provider().delete(id, outs, undefined);
    expect((await provider().create(INPUTS, undefined)).outs).toEqual(outs);
    expect(service.branches).toHaveLength(1);
  });
});

describe("another branch is made", () => {
  it("when the earlier creation has failed", async () => {
    const outcomes = ["failed", "failed", "completed"] as const;
    const { create } = await start({ ends: () => outcomes[service.creations.length - 1] });
    for (const _ of [1, 2]) {
      const error = await thrown(create(INPUTS, undefined));
      expect(error.message).toMatch(/could not be created[\s\S]*run `pulumi up` again/);
      expect(error.id).toBeUndefined();
    }
    const { outs } = await create(INPUTS, undefined);
    expect(outs.branchId).toBe(service.branches[0]?.id);
    expect(service.branches).toHaveLength(1);
    expect(service.creations).toHaveLength(3);
  });

  it("when the earlier one was removed at Ardent", async () => {
    const { create, read } = await start();
    const { id, outs } = await create(INPUTS, undefined);
    service.branches.splice(0);
    expect(await read(id, outs, undefined)).toEqual({});
    const { outs: made } = await create(INPUTS, undefined);
    expect(made.branchId).not.toBe(outs.branchId);
    expect(service.branches).toHaveLength(1);
    expect(lines).toContain(
      'Ardent: branch "pr-42" of an earlier run no longer exists; requesting a new one',
    );
  });

  it("by another resource, stack or project under another key", async () => {
    const { create } = await start();
    await create(INPUTS, undefined);
    const other = { ...INPUTS, name: "pr-43", origin: "urn:pulumi:pr-43::preview::branch::db" };
    await create(other, undefined);
    await create({ ...other, name: "pr-44" }, undefined);
    expect(new Set(keys()).size).toBe(3);
    for (const key of keys()) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

describe("a service that answers with failures for ever", () => {
  it("is given up", async () => {
    const failed = { operation_id: "op_0", resource_id: null, status: "failed", type: "branch_create" };
    const { create } = await start({
      fault: ({ path }) =>
        path.endsWith("create")
          ? {
              work: "not-done",
              answer: { status: 202, json: failed, headers: { "x-idempotency-replay": "true" } },
            }
          : undefined,
    });
    expect((await thrown(create(INPUTS, undefined))).message).toContain(
      "earlier, unsuccessful creations 100 times",
    );
    expect(new Set(keys()).size).toBe(100);
  });
});

describe("a name that is taken", () => {
  it("is not taken over without being asked, and the ways out are told", async () => {
    const { create } = await start();
    service.add("pr-42");
    const error = await thrown(create(INPUTS, undefined));
    expect(error.message).toMatch(/"pr-42" of connector con_1 already exists[\s\S]*br_1/);
    expect(error.message).toMatch(/another `name`.*`adopt: true`.*`ardent branch delete pr-42`/);
    expect(service.creations).toEqual([]);
  });

  it("is told as well when the service calls it a conflict for ever", async () => {
    const { create } = await start({
      fault: ({ path }) => (path.endsWith("create") ? IN_FLIGHT : undefined),
    });
    service.add("pr-42");
    expect((await thrown(create(INPUTS, undefined))).message).toContain("already exists");
    expect(creates()).toBe(2);
  });

  it("is taken over with adopt", async () => {
    const { create } = await start();
    const there = service.add("pr-42");
    const { outs } = await create({ ...INPUTS, adopt: true }, undefined);
    expect(outs).toMatchObject({ branchId: there.id, url: there.branch_url, adopt: true });
    expect(lines).toEqual(['Ardent: adopting existing branch br_1 "pr-42"']);
    expect(service.creations).toEqual([]);
  });

  it("is waited for with adopt until it can be connected to", async () => {
    const { create } = await start({
      fault: faults(/branches/, {
        work: "done",
        answer: { status: 200, json: [{ id: "br_1", name: "pr-42", branch_url: null }] },
      }),
    });
    service.add("pr-42");
    expect((await create({ ...INPUTS, adopt: true }, undefined)).outs.branchId).toBe("br_1");
    expect(creates()).toBe(2);
  });
});

describe("a branch that is not ready in time", () => {
  it("is recorded, and the next update keeps waiting for the same one", async () => {
    const { create, diff, read, update } = await start({ ends: () => undefined });
    const inputs = { ...INPUTS, timeout: 1 };
    const error = await thrown(create(inputs, undefined));
    expect(error.message).toMatch(
      /"pr-42" is not ready yet[\s\S]*copying \(40 %\)[\s\S]*waited 1 seconds[\s\S]*pulumi up/,
    );
    expect(error).toMatchObject({ id: "con_1/pr-42", reasons: [error.message] });
    expect(error.properties).toEqual({ ...inputs, pending: { operationId: "op_1" } });
    const olds = error.properties as Properties;

    // A refresh in between takes nothing of it away.
    expect(await read("con_1/pr-42", olds, undefined)).toEqual({ id: "con_1/pr-42", props: olds });
    expect(await diff("con_1/pr-42", olds, INPUTS, undefined)).toEqual({ changes: true, replaces: [] });

    service.end(service.creations[0], "completed");
    const { outs } = await update("con_1/pr-42", olds, INPUTS, undefined);
    expect(outs).toMatchObject({ branchId: "br_1", url: expect.stringContaining("br_1.example.com") });
    expect(outs).not.toHaveProperty("pending");
    expect(creates()).toBe(1);
    expect(lines).toContain('Ardent: still waiting for branch "pr-42", requested by an earlier run (op_1)');
  });

  it("is asked for again when its creation has failed meanwhile", async () => {
    const { create, update } = await start({
      ends: ({ id }) => (id === "op_1" ? undefined : "completed"),
    });
    const error = await thrown(create({ ...INPUTS, timeout: 1 }, undefined));
    service.end(service.creations[0], "failed", "no room on postgresql://admin:canary-other@host/db");
    const { outs } = await update("con_1/pr-42", error.properties as Properties, INPUTS, undefined);
    expect(outs.branchId).toBe(service.branches[0]?.id);
    expect(service.creations).toHaveLength(2);
    expect(lines.join("\n")).toContain("failed (no room on postgresql://admin:***@host/db)");
  });

  it("stays recorded when the token expires meanwhile", async () => {
    const { create } = await start({
      fault: faults(/operations/, { work: "not-done", answer: { status: 401, json: { detail: "expired" } } }),
    });
    const error = await thrown(create(INPUTS, undefined));
    expect(error.message).toContain("expired");
    expect(error.properties).toMatchObject({ pending: { operationId: "op_1" } });
  });

  it("is not waited for for ever when the service says that it is in flight", async () => {
    const { create } = await start({
      fault: ({ path }) => (path.endsWith("create") ? IN_FLIGHT : undefined),
    });
    const error = await thrown(create({ ...INPUTS, timeout: 1 }, undefined));
    expect(error.message).toMatch(/is not ready yet[\s\S]*already in flight[\s\S]*waited 1 seconds/);
  });
});

describe("an operation that the service has forgotten", () => {
  it("is no loss: the list knows the branch", async () => {
    const { create, update } = await start();
    const { outs } = await create(INPUTS, undefined);
    const olds = { ...INPUTS, pending: { operationId: "op_forgotten" } };
    expect((await update("con_1/pr-42", olds, INPUTS, undefined)).outs).toEqual(outs);
    expect(service.creations).toHaveLength(1);
  });
});

describe("a branch that was deleted at Ardent", () => {
  it("is seen by the next preview, and the update makes another one", async () => {
    const { create, diff, update } = await start();
    const { id, outs } = await create(INPUTS, undefined);
    service.branches.splice(0);
    expect(await diff(id, outs, INPUTS, undefined)).toEqual({ changes: true, replaces: [] });
    expect(lines.at(-1)).toBe('Ardent: branch "pr-42" was deleted at Ardent; it will be recreated');
    const { outs: made } = await update(id, outs, INPUTS, undefined);
    expect(made).toMatchObject({ branchId: "br_2", url: expect.stringContaining("br_2.example.com") });
    expect(await diff(id, made, INPUTS, undefined)).toEqual({ changes: false, replaces: [] });
  });

  it("is no change while the service cannot be asked", async () => {
    const { diff } = await start({
      fault: () => ({ work: "not-done", answer: { status: 401, json: { detail: "expired" } } }),
    });
    const olds = { ...INPUTS, branchId: "br_1" };
    expect(await diff("x", olds, INPUTS, undefined)).toEqual({ changes: false, replaces: [] });
    expect(lines).toEqual([]);
  });
});

describe("diff", () => {
  const cases: [string, Properties, { changes: boolean; replaces: string[] }][] = [
    ["nothing", {}, { changes: false, replaces: [] }],
    ["another timeout", { timeout: 60 }, { changes: false, replaces: [] }],
    ["adopt, once it is there", { adopt: true }, { changes: false, replaces: [] }],
    ["another resource name, with an alias", { origin: "urn:x" }, { changes: false, replaces: [] }],
    ["another name", { name: "pr-43" }, { changes: true, replaces: ["name"] }],
    ["another connector", { connectorId: "con_2" }, { changes: true, replaces: ["connectorId"] }],
    ["a connector not known yet", { connectorId: UNKNOWN }, { changes: false, replaces: [] }],
  ];
  it.each(cases)("%s", async (_, changed, expected) => {
    const { diff } = await start();
    service.add("pr-42");
    expect(await diff("con_1/pr-42", INPUTS, { ...INPUTS, ...changed }, undefined)).toEqual(expected);
  });
});

describe("check", () => {
  it("reports all problems at once, calls no service, and accepts unknown values", async () => {
    const { check } = await start();
    const news = { ...INPUTS, connectorId: UNKNOWN, name: "", timeout: 0 };
    const { inputs, failures } = await check({}, news, undefined);
    expect(inputs).toBe(news);
    expect(failures?.map(({ property }) => property)).toEqual(["name", "timeout"]);
    expect(service.requests).toEqual([]);
    expect(lines).toEqual([]);
  });
});

describe("read", () => {
  const outs = { ...INPUTS, branchId: "br_1", url: "postgresql://old", createdAt: "2026-11-25T00:00:00Z" };

  it("takes the URL that the branch has now", async () => {
    const { read } = await start();
    const { branch_url } = service.add("pr-42");
    expect(await read("x", outs, undefined)).toEqual({ id: "x", props: { ...outs, url: branch_url } });
  });

  it("treats another branch with the same name as a different one", async () => {
    const { read } = await start();
    service.add("pr-42", { id: "br_other" });
    expect(await read("x", outs, undefined)).toEqual({});
  });

  it("is gone with its connector", async () => {
    const { read } = await start();
    expect(await read("x", { ...outs, connectorId: "con_2" }, undefined)).toEqual({});
  });

  it("does not take a branch for gone that a full list may have left out", async () => {
    const { read } = await start();
    for (let n = 1; n <= 100; n++) service.add(`other-${n}`, { id: `br_other_${n}` });
    expect(await read("x", outs, undefined)).toEqual({ id: "x", props: outs });
    expect(lines[0]).toContain('"pr-42" is assumed to exist');
  });

  it("fails when the service cannot be asked", async () => {
    const { read } = await start({
      fault: () => ({ work: "not-done", answer: { status: 401, json: { detail: "expired" } } }),
    });
    expect((await thrown(read("x", outs, undefined))).message).toContain("expired");
  });
});

describe("delete", () => {
  it("leaves the branch, prints the command that removes it, and calls no service", async () => {
    const { delete: remove } = await start();
    await remove("x", { ...INPUTS, name: "it's mine" }, undefined);
    expect(lines).toEqual([
      `Ardent: branch "it's mine" of connector con_1 is not deleted: Ardent's API cannot delete branches. ` +
        "Select its connector with `ardent connector switch`, then delete it with Ardent's CLI:",
      "  ardent branch delete 'it'\\''s mine'",
    ]);
    expect(service.requests).toEqual([]);
  });
});

describe("the connection URL", () => {
  it("is in nothing that is printed or thrown", async () => {
    const { create, read } = await start();
    const { id, outs } = await create(INPUTS, undefined);
    await create(INPUTS, undefined);
    await read(id, outs, undefined);
    const error = await thrown(create({ ...INPUTS, origin: "urn:other" }, undefined));
    expect(`${lines.join("\n")}${error.message}${error.stack}`).not.toContain("canary");
  });
});

import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { UserError } from "../../src/errors";
import { OpenApiClient } from "../support/openapi-client";
import { uniqueName } from "../support/postgres";

let emulator: Emulator;
let api: OpenApiClient;
beforeAll(async () => {
  emulator = await startEmulator();
  api = new OpenApiClient(emulator);
});
afterEach(() => emulator.clearFaults());
afterAll(() => emulator.close());

const create = "POST /v1/projects";

/** Creates a project as any client would, and gives what came back as it is. */
function createProject(name: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${emulator.url}/projects`, {
    method: "POST",
    headers: { Authorization: `Bearer ${emulator.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Whether a project is there, as GET tells it. */
async function isThere(name: string): Promise<boolean> {
  const { body } = await api.send("GET", `/v1/projects?org_id=${emulator.orgId}`);
  return body.projects.some((project: { name: string }) => project.name === name);
}

/** The system's code for why a request got no answer. */
async function codeOf(request: Promise<Response>): Promise<string> {
  const error = await request.then(
    (response) => new Error(`answered ${response.status}`),
    (reason: Error) => reason,
  );
  return (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.message;
}

const hitsOf = () => emulator.faults().map((rule) => rule.hits);

describe("a status", () => {
  test.each([429, 500, 502, 503] as const)(
    "%i comes once, and the next request is served",
    async (status) => {
      emulator.addFault({ operation: create, fault: { kind: "status", status, detail: "not now" } });
      const name = uniqueName("p");
      const reply = await createProject(name);
      expect(reply.status).toBe(status);
      expect(reply.headers.get("content-type")).toContain("application/json");
      expect(await reply.json()).toEqual({ detail: "not now" });
      expect(await isThere(name)).toBe(false);
      expect((await createProject(name)).status).toBe(201);
      expect(hitsOf()).toEqual([1]);
    },
  );

  test("429 says when to come again", async () => {
    emulator.addFault({ operation: create, fault: { kind: "status", status: 429, retryAfter: 7 } });
    const reply = await createProject(uniqueName("p"));
    expect(reply.headers.get("retry-after")).toBe("7");
    expect(await reply.json()).toEqual({ detail: expect.any(String) });
  });

  test("500 may hide that the work was done, which GET tells", async () => {
    emulator.addFault({ operation: create, fault: { kind: "status", status: 500, work: "done" } });
    const name = uniqueName("p");
    expect((await createProject(name)).status).toBe(500);
    expect(await isThere(name)).toBe(true);
    expect((await createProject(name)).status).toBe(409);
  });
});

describe("a connection", () => {
  test("is refused: closed before the request is read", async () => {
    emulator.addFault({ operation: create, fault: { kind: "refuse" } });
    const name = uniqueName("p");
    // The body is never sent, so it cannot have been read.
    const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1");
    socket.write(
      "POST /v1/projects HTTP/1.1\r\nHost: emulator\r\nContent-Length: 50\r\n" +
        `Authorization: Bearer ${emulator.token}\r\n\r\n`,
    );
    expect(await text(socket)).toBe("");
    expect(await isThere(name)).toBe(false);
    expect(hitsOf()).toEqual([1]);
  });

  test.each([
    ["before the work", "not-done", false],
    ["after the work", "done", true],
  ] as const)("is cut %s", async (_, work, there) => {
    emulator.addFault({ operation: create, fault: { kind: "cut", work } });
    const name = uniqueName("p");
    expect(await codeOf(createProject(name))).toBe("ECONNRESET");
    expect(await isThere(name)).toBe(there);
  });

  test.each([
    ["without the work", "not-done", false],
    ["after the work", "done", true],
  ] as const)("hangs until the client goes, %s", async (_, work, there) => {
    emulator.addFault({ operation: create, fault: { kind: "hang", work } });
    const name = uniqueName("p");
    const client = new AbortController();
    const request = createProject(name, client.signal).catch((error: Error) => error.name);
    await expect.poll(hitsOf, { timeout: 30_000 }).toEqual([1]);
    await expect.poll(() => isThere(name), { timeout: 30_000 }).toBe(there);
    client.abort();
    expect(await request).toBe("AbortError");
  });

  test("that hangs does not keep the emulator from stopping", async () => {
    const other = await startEmulator({ faults: [{ operation: "*", fault: { kind: "hang" } }] });
    const request = fetch(`${other.url}/projects/p`, { headers: { Authorization: `Bearer ${other.token}` } });
    const lost = codeOf(request);
    await expect.poll(() => other.faults()[0]?.hits, { timeout: 30_000 }).toBe(1);
    await other.close();
    expect(await lost).toBe("UND_ERR_SOCKET");
  });

  test("is served late", async () => {
    emulator.addFault({ operation: create, fault: { kind: "delay", ms: 300 } });
    const name = uniqueName("p");
    const begun = performance.now();
    expect((await createProject(name)).status).toBe(201);
    // Timers may be early by a millisecond.
    expect(performance.now() - begun).toBeGreaterThan(295);
  });
});

describe("a reply", () => {
  test("is the page of a proxy", async () => {
    emulator.addFault({ operation: create, fault: { kind: "html" } });
    const reply = await createProject(uniqueName("p"));
    expect(reply.status).toBe(502);
    expect(reply.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await reply.text()).toContain("<h1>502</h1>");
  });

  test("is a page of a captive portal, which says 200", async () => {
    emulator.addFault({ operation: create, fault: { kind: "html", status: 200, work: "done" } });
    const name = uniqueName("p");
    const reply = await createProject(name);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toMatch(/^<!DOCTYPE html>/);
    expect(await isThere(name)).toBe(true);
  });

  test("is half of the JSON, of work that is done", async () => {
    const path = `/v1/projects/${emulator.projectId}`;
    const { body } = await api.call("GET", path);
    emulator.addFault({ operation: "GET /v1/projects/{project_id}", fault: { kind: "truncated" } });
    const reply = await fetch(`${emulator.url}/projects/${emulator.projectId}`, {
      headers: { Authorization: `Bearer ${emulator.token}` },
    });
    const whole = JSON.stringify(body);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe(whole.slice(0, Math.floor(whole.length / 2)));
    emulator.addFault({ operation: create, fault: { kind: "truncated" } });
    const name = uniqueName("p");
    expect((await createProject(name)).status).toBe(201);
    expect(await isThere(name)).toBe(true);
  });

  test("has unknown fields, in every object", async () => {
    emulator.addFault({ operation: "GET /v1/projects", fault: { kind: "unknown-fields" } });
    const { status, body } = await api.send("GET", `/v1/projects?org_id=${emulator.orgId}`);
    expect(status).toBe(200);
    expect(body.introduced_later).toBe("by a later version");
    expect(body.projects[0]).toMatchObject({
      id: emulator.projectId,
      introduced_later: "by a later version",
    });
  });
});

describe("a token", () => {
  test("expires midway, for every request but the control API's, until it is renewed", async () => {
    emulator.addFault({ after: 2, fault: { kind: "expire-token" } });
    const statuses = async (count: number) => {
      const all: number[] = [];
      while (all.length < count)
        all.push((await api.call("GET", `/v1/projects/${emulator.projectId}`)).status);
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 401, 401]);
    const name = uniqueName("p");
    const refused = await createProject(name);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    expect(await refused.json()).toEqual({ detail: "Invalid or expired token" });
    expect((await api.send("POST", "/emulator/token")).body).toEqual({ valid: true });
    expect(await isThere(name)).toBe(false);
    expect(await statuses(4)).toEqual([200, 200, 200, 200]);
  });
});

describe("rules", () => {
  test("let calls succeed first, apply as often as they say, and count", async () => {
    emulator.addFault({ operation: create, after: 1, times: 2, fault: { kind: "status", status: 503 } });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call++) statuses.push((await createProject(uniqueName("p"))).status);
    expect(statuses).toEqual([201, 503, 503, 201]);
    expect(emulator.faults()).toMatchObject([{ calls: 4, hits: 2 }]);
  });

  test("apply without a limit to every operation, but not to the control API", async () => {
    emulator.addFault({ operation: "*", times: null, fault: { kind: "status", status: 503 } });
    expect((await createProject(uniqueName("p"))).status).toBe(503);
    expect((await api.send("GET", `/v1/projects/${emulator.projectId}`)).status).toBe(503);
    expect((await api.send("GET", "/v1/operations/op_0")).status).toBe(503);
    expect((await api.send("GET", "/v1/nowhere")).status).toBe(404);
    expect((await api.send("DELETE", "/emulator/faults")).body).toEqual({ faults: [] });
    expect((await createProject(uniqueName("p"))).status).toBe(201);
  });

  test("apply one after another when several match", async () => {
    emulator.addFault({ operation: create, fault: { kind: "status", status: 500 } });
    emulator.addFault({ operation: "*", fault: { kind: "status", status: 502 } });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call++) statuses.push((await createProject(uniqueName("p"))).status);
    expect(statuses).toEqual([500, 502, 201]);
  });

  test("are not used up by requests without a token", async () => {
    emulator.addFault({ operation: create, fault: { kind: "status", status: 500 } });
    expect((await fetch(`${emulator.url}/projects`, { method: "POST" })).status).toBe(401);
    expect(emulator.faults()).toMatchObject([{ calls: 0, hits: 0 }]);
  });

  test("are added, listed and removed over HTTP", async () => {
    const rule = { operation: create, fault: { kind: "cut" } };
    const added = await api.send("POST", "/emulator/faults", rule);
    expect(added).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^flt_[0-9a-f]{16}$/),
        operation: create,
        after: 0,
        times: 1,
        fault: { kind: "cut", work: "not-done" },
        calls: 0,
        hits: 0,
      },
    });
    await createProject(uniqueName("p")).catch(() => {});
    expect((await api.send("GET", "/emulator/faults")).body).toEqual({
      faults: [{ ...added.body, calls: 1, hits: 1 }],
    });
    const path = `/emulator/faults/${added.body.id}`;
    expect((await api.send("DELETE", path)).body).toEqual({ faults: [] });
    expect((await api.send("DELETE", path)).status).toBe(404);
  });

  test.each([
    [
      "an operation that is not there",
      { operation: "POST /v1/project", fault: { kind: "cut" } },
      "operation",
    ],
    ["a path with an id in it", { operation: "GET /v1/projects/prj_1", fault: { kind: "cut" } }, "operation"],
    ["a kind that is not there", { operation: create, fault: { kind: "explode" } }, "fault.kind"],
    ["an operation's fault", { operation: create, fault: { kind: "stall" } }, "fault.kind"],
    [
      "a status that is no error",
      { operation: create, fault: { kind: "status", status: 200 } },
      "fault.status",
    ],
    [
      "a page where there is none",
      { operation: create, fault: { kind: "html", status: 204 } },
      "fault.status",
    ],
    ["a misspelled field", { operation: create, time: 2, fault: { kind: "cut" } }, ""],
    ["an unknown type", { operationType: "connector_undo", fault: { kind: "stall" } }, "operationType"],
    ["no rule", "cut", ""],
  ])("are refused with the place of the mistake: %s", async (_, rule, place) => {
    const { status, body } = await api.send("POST", "/emulator/faults", JSON.stringify(rule));
    expect(status).toBe(422);
    expect(body.detail[0].loc.join(".")).toBe(["body", place].filter((part) => part !== "").join("."));
    if (place === "fault.kind") expect(body.detail[0].msg).toContain("The kinds are status, refuse,");
    expect(() => emulator.addFault(rule as never)).toThrow(UserError);
    expect(emulator.faults()).toEqual([]);
  });
});

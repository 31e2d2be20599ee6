import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { ArdentApiError } from "../../src/ardent/errors";
import { UserError } from "../../src/errors";
import { closedPort, type Script, type SeenRequest, startScriptedService } from "../support/scripted-service";

const TOKEN = "sk-ard_test_canary_token_9b1f";
const PASSWORD = "canary p@ss/word";
const DETAILS = { url: `postgresql://ardent:${encodeURIComponent(PASSWORD)}@db.example.com:5432/shop` };
const PROJECT = { id: "prj_1", org_id: "org_1", name: "Shop", created_at: "2026-11-01T00:00:00Z" };
const ROW = { id: "con_1", org_id: "org_1", name: "shop", service_name: "postgresql", project_id: "prj_1" };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** A service that plays its scripts in turn and repeats the last. */
async function service(...scripts: (Script | ((request: SeenRequest) => Script))[]) {
  let turn = 0;
  const started = await startScriptedService((request) => {
    const script = scripts[Math.min(turn++, scripts.length - 1)] as (typeof scripts)[number];
    return typeof script === "function" ? script(request) : script;
  });
  stops.push(started.stop);
  return started;
}

function clientOf(apiUrl: string, timeoutMs = 2_000): ArdentClient {
  const retry = { attempts: 4, totalMs: 5_000, initialDelayMs: 1 };
  return new ArdentClient({ apiUrl, token: TOKEN, userAgent: "pulumi-ardent/test", timeoutMs, retry });
}

async function failure(call: Promise<unknown>): Promise<ArdentApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ArdentApiError);
  return error as ArdentApiError;
}

describe("a call that works", () => {
  it("sends token and user agent, and keeps fields that the document does not know", async () => {
    const { apiUrl, requests } = await service({ status: 200, json: { ...PROJECT, plan: "team" } });
    const project = await clientOf(apiUrl).projects.get("prj_1");
    expect(project).toEqual({ ...PROJECT, plan: "team" });
    expect(requests[0]).toMatchObject({
      method: "GET",
      path: "/v1/projects/prj_1",
      headers: { authorization: `Bearer ${TOKEN}`, "user-agent": "pulumi-ardent/test" },
    });
  });

  it.each([".", "..", "%2e%2e", "../projects?x=1", "a/b", "", "con_1\n", "con 1", "x".repeat(201)])(
    "sends nothing to the endpoint that the id %j would lead to",
    async (id) => {
      const { apiUrl, requests } = await service({ status: 200, json: ROW });
      const client = clientOf(apiUrl);
      const calls: (() => Promise<unknown>)[] = [
        () => client.connectors.get(id),
        () => client.connectors.delete(id),
        () => client.projects.get(id),
        () => client.operations.get(id),
        () => client.branches.list(id),
        () => client.quarantines.release("con_1", id),
      ];
      for (const call of calls) await expect((async () => call())()).rejects.toBeInstanceOf(UserError);
      expect(requests).toEqual([]);
    },
  );

  it.each(["con_1", "0b6d1a52-2f0f-4d6e-9d3e-3a1c9a7f4c11", "a.b:c-d"])("accepts the id %s", async (id) => {
    const { apiUrl, requests } = await service({ status: 200, json: ROW });
    await clientOf(apiUrl).connectors.get(id);
    expect(requests[0]?.path).toBe(`/v1/connectors/${id}`);
  });

  it.each(["..", "con_1\n::add-mask::x", "con_1/discover"])(
    "rejects %j as an id of the service",
    async (id) => {
      const { apiUrl } = await service({ status: 200, json: { ...ROW, id } });
      expect(await failure(clientOf(apiUrl).connectors.get("con_1"))).toMatchObject({
        code: "unexpected-reply",
        detail: "JSON whose fields are not as documented: id (invalid_format)",
      });
    },
  );

  it("distinguishes an engine that is set up from one that is being set up", async () => {
    const handle = {
      operation_id: "op_1",
      status: "running",
      type: "connector_engine_setup",
      resource_id: "con_1",
    };
    const { apiUrl } = await service({ status: 202, json: handle }, { status: 200, json: ROW });
    expect(await clientOf(apiUrl).replication.setup("con_1")).toEqual({ handle });
    expect(await clientOf(apiUrl).replication.setup("con_1")).toMatchObject({ connector: { id: "con_1" } });
  });

  it("does not accept every 200 as a finished setup", async () => {
    const { apiUrl } = await service({ status: 200, json: { ok: true } });
    const error = await failure(clientOf(apiUrl).replication.setup("con_1"));
    expect(error).toMatchObject({ code: "unexpected-reply", status: 200 });
  });
});

describe("a service with a temporary failure", () => {
  const passing: [string, Script][] = [
    ["500", { status: 500, json: { detail: "boom" } }],
    ["503", { status: 503, json: { detail: "Ardent could not start the work" } }],
    ["502 with HTML", { status: 502, text: "<html>bad gateway</html>" }],
    ["429 with Retry-After", { status: 429, json: { detail: "slow down" }, headers: { "retry-after": "0" } }],
    ["a cut connection", { cut: "before-answer" }],
    ["an answer cut in the middle", { cut: "inside-answer" }],
  ];

  it.each(passing)("is retried after %s, for reading", async (_, problem) => {
    const { apiUrl, requests } = await service(problem, { status: 200, json: ROW });
    expect((await clientOf(apiUrl).connectors.get("con_1")).id).toBe("con_1");
    expect(requests).toHaveLength(2);
  });

  it.each(passing)("never gets a second creation of a connector, after %s", async (_, problem) => {
    const { apiUrl, requests } = await service(problem, { status: 200, json: ROW });
    const create = clientOf(apiUrl).connectors.create({
      name: "shop",
      project_id: "prj_1",
      connection_details: DETAILS,
    });
    expect((await failure(create)).mayHaveHappened).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it("is retried for each POST that is safe to repeat", async () => {
    const handle = { operation_id: "op_1", status: "running", type: "connector_discovery" };
    const answers: [(client: ArdentClient) => Promise<unknown>, Script][] = [
      [(client) => client.connectors.preflight(DETAILS), { status: 200, json: { preflight_pass: true } }],
      [(client) => client.replication.discover("con_1"), { status: 202, json: handle }],
      [(client) => client.replication.setSelection("con_1", ["*"]), { status: 200, json: ROW }],
      [(client) => client.replication.setup("con_1"), { status: 202, json: handle }],
      [
        (client) => client.connectors.lockDeletion("con_1", "live"),
        { status: 200, json: { connector: ROW } },
      ],
    ];
    for (const [call, answer] of answers) {
      const { apiUrl, requests } = await service({ status: 503, json: {} }, answer);
      await call(clientOf(apiUrl));
      expect(requests.map((request) => request.method)).toEqual(["POST", "POST"]);
    }
  });

  it("is retried after a 409 for decisions, but not for a deletion", async () => {
    const conflict = { status: 409, json: { detail: "state changed underneath" } };
    const decided = await service(conflict, { status: 200, json: ROW });
    await clientOf(decided.apiUrl).replication.setDecisions("con_1", { "public.events": "exclude" });
    expect(decided.requests).toHaveLength(2);

    const locked = await service(conflict);
    const error = await failure(clientOf(locked.apiUrl).connectors.delete("con_1"));
    expect(error).toMatchObject({ code: "conflict", status: 409, detail: "state changed underneath" });
    expect(locked.requests).toHaveLength(1);
  });

  it("is given up after the allowed attempts, with the last failure", async () => {
    const { apiUrl, requests } = await service({ status: 500, json: { detail: "boom" } });
    const error = await failure(clientOf(apiUrl).connectors.get("con_1"));
    expect(error).toMatchObject({ code: "unavailable", status: 500, detail: "boom" });
    expect(requests).toHaveLength(4);
  });

  it("is not waited for if Retry-After is longer than the call may take", async () => {
    const { apiUrl, requests } = await service({
      status: 429,
      json: { detail: "slow down" },
      headers: { "retry-after": "3600" },
    });
    const error = await failure(clientOf(apiUrl).connectors.get("con_1"));
    expect(error).toMatchObject({ code: "rate-limited", retryAfterMs: 3_600_000 });
    expect(error.message).toContain("run it again in 3600 seconds");
    expect(requests).toHaveLength(1);
  });

  it("is given up when it hangs", async () => {
    const { apiUrl } = await service({ hang: true });
    const error = await failure(clientOf(apiUrl, 50).connectors.get("con_1"));
    expect(error).toMatchObject({ code: "unreachable", detail: "no response within 0.05 seconds" });
  });
});

describe("a permanent failure", () => {
  it.each([
    [400, "invalid"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [409, "conflict"],
    [422, "invalid"],
    [418, "unexpected-reply"],
  ] as const)("%i is not retried, and is called %s", async (status, code) => {
    const { apiUrl, requests } = await service({ status, json: { detail: "because" } });
    const error = await failure(clientOf(apiUrl).connectors.get("con_1"));
    expect(error).toMatchObject({ code, status, detail: "because" });
    expect(requests).toHaveLength(1);
  });

  it("says how to set a token when it is rejected", async () => {
    const { apiUrl, host } = await service({ status: 401, json: { detail: "token expired" } });
    const error = await failure(clientOf(apiUrl).projects.get("prj_1"));
    expect(error.problems).toEqual([
      {
        object: `GET /v1/projects/prj_1 at ${host}`,
        what: "Ardent rejected the API token (401: token expired)",
        fix: expect.stringMatching(/pulumi config set --secret ardent:token .*ARDENT_TOKEN/),
      },
    ]);
  });

  it("names the fields of a rejected body, but never their values", async () => {
    const { apiUrl } = await service({
      status: 422,
      json: {
        detail: [{ loc: ["body", "connection_details"], msg: "not a URL", type: "x", input: PASSWORD }],
      },
    });
    const error = await failure(clientOf(apiUrl).connectors.preflight(DETAILS));
    expect(error.detail).toBe("body.connection_details: not a URL");
  });

  it("shows Ardent's preflight report, its failing checks and its grant script", async () => {
    const { apiUrl } = await service({
      status: 422,
      json: {
        preflight_pass: false,
        checks: {
          auth: { pass: true },
          wal2json: false,
          can_read_tables: { passed: false, message: "Missing SELECT on public.orders" },
          wal_level: { status: "ok", actual: "logical" },
        },
        grant_script: "GRANT SELECT ON public.orders TO ardent;\n",
      },
    });
    const create = clientOf(apiUrl).connectors.create({
      name: "shop",
      project_id: "prj_1",
      connection_details: DETAILS,
    });
    const error = await failure(create);
    expect(error.mayHaveHappened).toBe(false);
    expect(error.problems).toEqual([
      { object: "wal2json", what: "failed" },
      { object: "can read tables", what: "Missing SELECT on public.orders" },
      {
        what: expect.stringContaining("grant script"),
        fix: expect.stringContaining("Ardent's, unreviewed:\n| GRANT SELECT ON public.orders TO ardent;"),
      },
    ]);
  });
});

describe("an answer that is not the API's", () => {
  it.each([
    ["HTML", { status: 200, text: "<html>Please log in</html>" }, "text/html"],
    [
      "truncated JSON",
      { status: 200, text: '{"id": "con', headers: { "content-type": "application/json" } },
      "application/json, cut off or broken after 11 characters",
    ],
    ["nothing", { status: 200, text: "" }, "an empty body"],
    [
      "a redirect",
      { status: 302, text: "moved", headers: { location: "https://login.example.com/x?y=1" } },
      "a redirect to login.example.com",
    ],
    ["a 404 page", { status: 404, text: "<html>Not found</html>" }, "text/html"],
  ] as const)(
    "%s: says host, status and type, but repeats none of the content",
    async (_, script, detail) => {
      const { apiUrl, host, requests } = await service(script);
      const error = await failure(clientOf(apiUrl).connectors.get("con_1"));
      expect(error).toMatchObject({ code: "unexpected-reply", status: script.status, detail, host });
      expect(error.message).toContain(`${host}`);
      expect(error.message).not.toContain("<html>");
      expect(requests).toHaveLength(1);
    },
  );

  it("names the fields that are not as documented", async () => {
    const { apiUrl } = await service({ status: 200, json: { id: 7, org_id: "org_1", name: "shop" } });
    const error = await failure(clientOf(apiUrl).connectors.get("con_1"));
    expect(error.code).toBe("unexpected-reply");
    expect(error.detail).toBe(
      "JSON whose fields are not as documented: id (invalid_type), service_name (invalid_type)",
    );
  });
});

describe("a service that cannot be reached", () => {
  it("says that the connection was refused", async () => {
    const error = await failure(clientOf(`http://127.0.0.1:${await closedPort()}/v1`).projects.get("prj_1"));
    expect(error).toMatchObject({ code: "unreachable", detail: "the connection was refused (ECONNREFUSED)" });
  });

  it("says that the host name does not resolve", async () => {
    const error = await failure(clientOf("https://ardent.invalid/v1").projects.get("prj_1"));
    expect(error.code).toBe("unreachable");
    expect(error.detail).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(error.host).toBe("ardent.invalid");
  });

  it.each(["http://api.example.com/v1", "http://10.0.0.5:8080/v1", "http://[fd00::1]/v1"])(
    "accepts %s, where others could read the token, only if that is confirmed",
    (apiUrl) => {
      const options = { apiUrl, token: TOKEN, userAgent: "test" };
      expect(() => new ArdentClient(options)).toThrow(/as plain text[\s\S]*ardent:allowCleartext/);
      expect(() => new ArdentClient({ ...options, allowCleartext: true })).not.toThrow();
    },
  );

  it.each([
    "http://127.0.0.1:8080/v1",
    "http://localhost:8080/v1",
    "http://[::1]:8080/v1",
    "https://api.example.com/v1",
  ])("accepts %s unchanged", (apiUrl) => {
    expect(() => clientOf(apiUrl)).not.toThrow();
  });

  it.each(["api.example.com", "ftp://api.example.com", "http://me:secret@api.example.com/v1"])(
    "rejects the URL %s before any call, without repeating its content",
    (apiUrl) => {
      expect(() => clientOf(apiUrl)).toThrow(/ardent:apiUrl or ARDENT_API_URL/);
      expect(() => clientOf(apiUrl)).not.toThrow(/secret/);
    },
  );
});

describe("secrets", () => {
  it("are in no error, and in nothing attached to it", async () => {
    const echo = `could not use ${DETAILS.url} with ${PASSWORD} for ${TOKEN}`;
    const scripts: Script[] = [
      { status: 400, json: { detail: echo } },
      { status: 401, json: { detail: echo } },
      { status: 422, json: { preflight_pass: false, checks: { auth: { ok: false, error: echo } } } },
      { status: 500, text: echo },
      { status: 200, json: { id: 1, echo } },
      { status: 409, json: { detail: "see postgresql://other:somebody-elses@db/shop" } },
      { cut: "before-answer" },
    ];
    for (const script of scripts) {
      const { apiUrl } = await service(script);
      const create = clientOf(apiUrl).connectors.create({
        name: "shop",
        project_id: "prj_1",
        connection_details: DETAILS,
      });
      const error = await failure(create);
      const everything = `${inspect(error, { depth: 9, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`;
      expect(everything).not.toContain(TOKEN);
      expect(everything).not.toContain(PASSWORD);
      expect(everything).not.toContain(encodeURIComponent(PASSWORD));
      expect(everything).not.toContain("somebody-elses");
      expect(error.cause).toBeUndefined();
    }
  });

  it("are not shown from an invalid answer", async () => {
    const echo = `could not use ${DETAILS.url} with ${PASSWORD} for ${TOKEN}`;
    const checks = { auth: { ok: false, error: echo } };
    const json = { preflight_pass: false, checks, grant_script: `-- ${echo}` };
    const { apiUrl } = await service({ status: 200, json });
    const preflight = JSON.stringify(await clientOf(apiUrl).connectors.preflight(DETAILS));
    expect(preflight).toContain("could not use ***");
    const failed = { id: "op_1", status: "failed", stage_label: echo, error: echo };
    const operations = await service({ status: 200, json: failed });
    const operation = JSON.stringify(await clientOf(operations.apiUrl).operations.get("op_1"));
    expect(operation).toContain("could not use postgresql://ardent:***@db.example.com");
    for (const text of [preflight, operation]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(encodeURIComponent(PASSWORD));
    }
    expect(preflight).not.toContain(PASSWORD);
  });
});

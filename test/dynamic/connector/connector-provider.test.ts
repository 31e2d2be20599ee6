import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../../src/ardent/client";
import { createConnectorProvider } from "../../../src/dynamic/connector/connector-provider";
import { type Properties, type Provider, UNKNOWN } from "../../../src/dynamic/provider";
import { requireService } from "../../../src/dynamic/runtime/service";
import { type ConnectorStore, type Fault, startConnectorStore } from "../../support/connector-store";
import type { SeenRequest } from "../../support/scripted-service";

const TOKEN = "sk-ard_test_canary_31c0";
const PASSWORD = "canary-pässword/7";
const SOURCE = { host: "db.example.com", database: "shop", user: "ardent_replication", password: PASSWORD };
const INPUTS: Properties = {
  __provider: "the serialized provider",
  projectId: "prj_1",
  source: SOURCE,
  defaultName: "app-prod-shop",
};

let fault: (request: SeenRequest) => Fault;
let store: ConnectorStore;
let lines: string[];
let provider: Provider;

beforeEach(async () => {
  fault = () => undefined;
  store = await startConnectorStore((request) => fault(request));
  lines = [];
  provider = createConnectorProvider({
    print: (line) => lines.push(line),
    pollMs: 1,
    service: () =>
      new ArdentClient({
        apiUrl: store.apiUrl,
        token: TOKEN,
        userAgent: "test",
        timeoutMs: 300,
        retry: { attempts: 2, totalMs: 1_000, initialDelayMs: 1 },
      }),
  });
});
afterEach(() => store.stop());

/** Creates and hands back what the state would hold. */
async function created(inputs: Properties = INPUTS): Promise<{ id: string; outs: Properties }> {
  const { id, outs } = await provider.create(inputs, undefined);
  return { id, outs: outs as Properties };
}

describe("check", () => {
  async function failuresOf(news: Properties) {
    return (await provider.check({}, news, undefined)).failures;
  }

  it("passes what is right, and what is not known yet", async () => {
    expect(await failuresOf(INPUTS)).toEqual([]);
    const unknown = {
      ...INPUTS,
      projectId: UNKNOWN,
      adopt: UNKNOWN,
      source: { ...SOURCE, port: UNKNOWN, password: UNKNOWN, sslMode: "require" },
      admin: UNKNOWN,
    };
    const { inputs, failures } = await provider.check({}, unknown, undefined);
    expect(failures).toEqual([]);
    expect(inputs).toEqual(unknown);
  });

  it("says which connector exists and what a deployment does about it, before the first one only", async () => {
    const { id } = store.add("app-prod-shop");
    const exists = `Ardent: connector ${id} "app-prod-shop" exists already; this deployment`;
    await failuresOf(INPUTS);
    await failuresOf({ ...INPUTS, connectorName: "app-prod-shop" });
    await failuresOf({ ...INPUTS, connectorId: id });
    expect(lines).toEqual([
      expect.stringContaining(`${exists} adopts it`),
      expect.stringContaining(`${exists} does not adopt it: set \`adopt: true\` or \`connectorId: "${id}"\``),
      expect.stringContaining(`${exists} adopts it`),
    ]);
    lines = [];
    const other = store.add("app-prod-shop").id;
    await failuresOf(INPUTS);
    expect(lines).toEqual([
      expect.stringContaining(`${other} "app-prod-shop" exist already; set \`connectorId\``),
    ]);
    lines = [];
    // It is in the state, or was when the engine checks its replacement.
    await provider.check(INPUTS, INPUTS, undefined);
    await failuresOf(INPUTS);
    expect(lines).toEqual([]);
  });

  it("fails before the first deployment for what Ardent's API rejects, and not for an outage", async () => {
    await expect(failuresOf({ ...INPUTS, projectId: "nowhere" })).rejects.toThrow(
      "Ardent does not find project nowhere",
    );
    fault = () => ({
      work: "not-done",
      answer: { status: 401, json: { detail: "Invalid or expired token" } },
    });
    for (const projectId of ["prj_1", UNKNOWN])
      await expect(failuresOf({ ...INPUTS, projectId })).rejects.toThrow("Ardent rejected the API token");
    fault = () => ({ work: "not-done", answer: { status: 503, json: { detail: "later" } } });
    expect(await failuresOf(INPUTS)).toEqual([]);
  });

  it("says everything that is wrong at once, with its property", async () => {
    const failures = await failuresOf({
      ...INPUTS,
      projectId: "",
      adopt: "yes",
      source: { host: "db", port: 0, user: UNKNOWN, password: PASSWORD, sslMode: "prefer" },
    });
    expect(failures?.map(({ property }) => property).sort()).toEqual([
      "adopt",
      "projectId",
      "source.database",
      "source.port",
      "source.sslMode",
    ]);
    expect(failures?.find(({ property }) => property === "source.sslMode")?.reason).toContain("prefer");
  });

  it.each([".", "..", "prj/../orgs", "prj 1"])(
    "takes no %j for the id of a project or connector",
    async (id) => {
      const failures = (await failuresOf({ ...INPUTS, projectId: id, connectorId: id })) ?? [];
      expect(failures.map(({ property }) => property).sort()).toEqual(["connectorId", "projectId"]);
      expect(failures[0]?.reason).toContain("is not an id: needs 1 to 200 characters");
    },
  );

  it("takes plain text to another machine only when it is confirmed, and judges no host that is not known", async () => {
    const source = { ...SOURCE, host: "10.0.0.5", sslMode: "disable" };
    const [failure, ...others] = (await failuresOf({ ...INPUTS, source })) ?? [];
    expect(others).toEqual([]);
    expect(failure).toMatchObject({
      property: "source.sslMode",
      reason: expect.stringContaining("allowCleartext: true"),
    });
    expect(lines).toEqual([]);
    expect(await failuresOf({ ...INPUTS, source: { ...source, allowCleartext: true } })).toEqual([]);
    expect(lines).toEqual([
      "Ardent: warning: passwords and data are sent to 10.0.0.5 as plain text (allowCleartext)",
    ]);
    lines = [];
    const unknown = { ...source, host: UNKNOWN };
    expect(await failuresOf({ ...INPUTS, source: unknown })).toEqual([]);
    expect(await failuresOf({ ...INPUTS, source: { ...unknown, allowCleartext: true } })).toEqual([]);
    expect(lines).toEqual([]);
    const admin = { user: "postgres", host: "10.0.0.5", sslMode: "disable" };
    const ways = (await failuresOf({ ...INPUTS, admin })) ?? [];
    expect(ways.map(({ property }) => property)).toEqual(["admin.sslMode"]);
  });

  it("does not repeat a URL that stands in the place of a host", async () => {
    const host = `postgresql://ardent:${PASSWORD}@db/shop`;
    const failures = await failuresOf({ ...INPUTS, source: { ...SOURCE, host } });
    expect(failures?.map(({ property }) => property)).toEqual([""]);
    expect(JSON.stringify(failures)).not.toContain(PASSWORD);
  });

  it("does not name a group as the property, since the engine prints the property's value", async () => {
    const url = `postgresql://ardent:${PASSWORD}@db/shop`;
    const failures = await failuresOf({ ...INPUTS, source: url, admin: url });
    expect(failures?.map(({ property }) => property)).toEqual(["", ""]);
    expect(failures?.map(({ reason }) => reason.split(":")[0])).toEqual(["source", "admin"]);
    expect(JSON.stringify(failures)).not.toContain(PASSWORD);
  });
});

describe("create", () => {
  it("records the id, the name, the organization and the provider's code", async () => {
    const { id, outs } = await created();
    expect(store.connectors.map((connector) => connector.id)).toEqual([id]);
    expect(outs).toEqual({
      ...INPUTS,
      connectorId: id,
      connectorName: "app-prod-shop",
      orgId: "org_1",
    });
    expect(store.connectors[0]?.connection_details).toEqual({
      url: `postgresql://ardent_replication:${encodeURIComponent(PASSWORD)}@db.example.com:5432/shop`,
    });
  });

  it("run again after an interruption finds what the first try made", async () => {
    const first = await created();
    expect(await created()).toEqual(first);
    expect(store.connectors).toHaveLength(1);
  });

  it("shows Ardent's preflight and neither password nor token", async () => {
    fault = ({ method }) =>
      method === "POST"
        ? {
            work: "not-done",
            answer: {
              status: 422,
              json: {
                preflight_pass: false,
                checks: {
                  auth: { passed: false, message: `refused ${SOURCE.user}:${PASSWORD}` },
                  wal2json: { passed: null, message: "not reached" },
                },
              },
            },
          }
        : undefined;
    const error = await provider.create(INPUTS, undefined).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      message: `Could not create the connector "app-prod-shop"\n- auth: refused ardent_replication:***`,
    });
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(new RegExp(`${PASSWORD}|${TOKEN}`));
  });
});

describe("diff", () => {
  it("says that the password is rotated, or may be, without it", async () => {
    const { id, outs } = await created();
    lines = [];
    for (const password of [PASSWORD, "second-secret", UNKNOWN])
      await provider.diff(id, outs, { ...INPUTS, source: { ...SOURCE, password } }, undefined);
    expect(lines).toEqual([
      `Ardent: connector ${id}: password rotated`,
      `Ardent: connector ${id}: password may be rotated: it is not known before the deployment`,
    ]);
  });

  const cases: [string, Properties, { changes: boolean; replaces: string[] }][] = [
    ["nothing", {}, { changes: false, replaces: [] }],
    ["a rotated password", { source: { ...SOURCE, password: "new" } }, { changes: true, replaces: [] }],
    ["another host", { source: { ...SOURCE, host: "db2" } }, { changes: true, replaces: [] }],
    [
      "another database",
      { source: { ...SOURCE, database: "other" } },
      { changes: true, replaces: ["source"] },
    ],
    [
      "a database not known yet",
      { source: { ...SOURCE, database: UNKNOWN } },
      { changes: true, replaces: [] },
    ],
    ["a name", { connectorName: "shop" }, { changes: true, replaces: [] }],
    ["another project", { projectId: "prj_2" }, { changes: true, replaces: [] }],
    ["another admin", { admin: { user: "postgres", password: "x" } }, { changes: true, replaces: [] }],
    ["adoption allowed", { adopt: true }, { changes: false, replaces: [] }],
    ["another connector", { connectorId: "con_other" }, { changes: true, replaces: ["connectorId"] }],
    ["a connector not known yet", { connectorId: UNKNOWN }, { changes: false, replaces: [] }],
  ];
  it.each(cases)("%s", async (_, change, expected) => {
    const { id, outs } = await created();
    const diff = await provider.diff(id, outs, { ...INPUTS, ...change }, undefined);
    expect(diff).toEqual({ ...expected, deleteBeforeReplace: true });
  });

  it("sees no change when the connector's own id is written down, nor after a refresh", async () => {
    const { id, outs } = await created();
    (store.connectors[0] as { status: string }).status = "active";
    const { props } = await provider.read(id, outs, undefined);
    const news = { ...INPUTS, connectorId: id };
    expect((await provider.diff(id, props as Properties, news, undefined)).changes).toBe(false);
  });

  it("sees a connector that was renamed or moved outside after a refresh, and update puts it back", async () => {
    const { id, outs } = await created();
    Object.assign(store.connectors[0] as object, { name: "renamed", project_id: "prj_9" });
    const props = (await provider.read(id, outs, undefined)).props as Properties;
    expect((await provider.diff(id, props, INPUTS, undefined)).changes).toBe(true);
    const { outs: healed } = await provider.update(id, props, INPUTS, undefined);
    expect(store.connectors[0]).toMatchObject({ name: "app-prod-shop", project_id: "prj_1" });
    expect(healed).toEqual(outs);
  });
});

describe("update", () => {
  it("rotates the password in place", async () => {
    const { id, outs } = await created();
    const news = { ...INPUTS, source: { ...SOURCE, password: "new-one" } };
    await provider.update(id, outs, news, undefined);
    expect(store.connectors).toHaveLength(1);
    expect(store.connectors[0]).toMatchObject({
      id,
      connection_details: { url: "postgresql://ardent_replication:new-one@db.example.com:5432/shop" },
    });
    expect(store.requests.at(-1)?.body).toEqual({
      connection_details: { url: "postgresql://ardent_replication:new-one@db.example.com:5432/shop" },
    });
  });

  it("renames and moves without touching the source", async () => {
    const { id, outs } = await created();
    const news = { ...INPUTS, connectorName: "shop", projectId: "prj_2" };
    const { outs: after } = await provider.update(id, outs, news, undefined);
    expect(store.requests.at(-1)?.body).toEqual({ name: "shop", project_id: "prj_2" });
    expect(after).toMatchObject({ connectorName: "shop", projectId: "prj_2", __provider: INPUTS.__provider });
  });

  it("whose answer was lost is told again, also to a program that has gone back meanwhile", async () => {
    const { id, outs } = await created();
    fault = ({ method }) =>
      method === "PUT" ? { work: "done", answer: { cut: "before-answer" } } : undefined;
    const error = await provider
      .update(id, outs, { ...INPUTS, projectId: "prj_2" }, undefined)
      .catch((thrown) => thrown);
    fault = () => undefined;
    expect(store.connectors[0]?.project_id).toBe("prj_2");
    expect(error).toMatchObject({ id, properties: { projectId: "prj_1", __provider: INPUTS.__provider } });
    const recorded = error.properties as Properties;
    expect(await provider.diff(id, recorded, INPUTS, undefined)).toMatchObject({
      changes: true,
      replaces: [],
    });
    const { outs: after } = await provider.update(id, recorded, INPUTS, undefined);
    expect(store.connectors[0]?.project_id).toBe("prj_1");
    expect(await provider.diff(id, after as Properties, INPUTS, undefined)).toMatchObject({ changes: false });
  });

  it("only records an admin for later", async () => {
    const { id, outs } = await created();
    const admin = { user: "postgres", password: "x" };
    const { outs: after } = await provider.update(id, outs, { ...INPUTS, admin }, undefined);
    expect(after).toMatchObject({ admin });
    expect(store.count("PUT", /./)).toBe(0);
  });

  it("fails with what Ardent says when the project to move to is not found", async () => {
    const { id, outs } = await created();
    fault = ({ method }) =>
      method === "PUT"
        ? { work: "not-done", answer: { status: 404, json: { detail: "No project" } } }
        : undefined;
    const update = provider.update(id, outs, { ...INPUTS, projectId: "prj_none" }, undefined);
    await expect(update).rejects.toMatchObject({ code: "not-found", detail: "No project" });
  });

  it("says how to get another one when it was deleted outside", async () => {
    const { id, outs } = await created();
    store.connectors.pop();
    const update = provider.update(id, outs, { ...INPUTS, connectorName: "shop" }, undefined);
    await expect(update).rejects.toThrow(/deleted outside Pulumi[\s\S]*pulumi refresh/);
  });
});

describe("read", () => {
  it("says that a connector is gone when the organization's list agrees", async () => {
    const { id, outs } = await created();
    store.connectors.pop();
    expect(await provider.read(id, outs, undefined)).toEqual({});
  });

  it.each([
    ["nothing is found at all, as under a wrong URL", 404],
    ["the token is refused for the list", 403],
  ])("does not take a 404 for gone when %s", async (_, status) => {
    const { id, outs } = await created();
    fault = ({ path }) => ({
      work: "not-done",
      answer: { status: path.endsWith(id) ? 404 : status, json: { detail: "Not Found" } },
    });
    await expect(provider.read(id, outs, undefined)).rejects.toMatchObject({ status });
    await expect(provider.delete(id, outs, undefined)).rejects.toMatchObject({ status });
  });

  it("shows what is the user's to fix without a stack", async () => {
    const { id, outs } = await created();
    fault = () => ({ work: "not-done", answer: { status: 401, json: { detail: "token expired" } } });
    for (const call of [provider.read, provider.delete]) {
      const error: Error = await call(id, outs, undefined).then(
        () => expect.unreachable("it went well"),
        (thrown) => thrown,
      );
      // How Pulumi's server for dynamic providers prints it.
      expect(`${error}: ${error.stack}`).toMatch(/^Ardent: Could not (read|delete) the connector con_\w+$/);
      expect(error.message).toContain("token expired");
      // Another token in the configuration does not reach them by itself.
      expect(error.message).toContain("--run-program");
    }
  });

  it("does not take a 404 for gone when the list has it", async () => {
    const { id, outs } = await created();
    fault = ({ path }) =>
      path.endsWith(id) ? { work: "not-done", answer: { status: 404, json: { detail: "?" } } } : undefined;
    await expect(provider.read(id, outs, undefined)).rejects.toThrow(
      /Could not determine whether the connector/,
    );
  });
});

describe("delete", () => {
  it("waits for the end, and is content when it is gone already", async () => {
    const { id, outs } = await created();
    await provider.delete(id, outs, undefined);
    expect(store.connectors).toEqual([]);
    expect(store.count("GET", "/v1/operations/op_delete")).toBe(1);
    await provider.delete(id, outs, undefined);
    expect(lines).toEqual([
      `Ardent: created connector ${id} "app-prod-shop"`,
      `Ardent: deleting ${id}: completed (100 %)`,
      `Ardent: connector ${id} is already deleted`,
    ]);
  });

  it("names both reasons of a 409 and repeats what Ardent says", async () => {
    const { id, outs } = await created();
    fault = ({ method }) =>
      method === "DELETE"
        ? { work: "not-done", answer: { status: 409, json: { detail: "locked by ops" } } }
        : undefined;
    await expect(provider.delete(id, outs, undefined)).rejects.toMatchObject({
      problems: [
        {
          what: "locked by ops",
          fix: expect.stringMatching(/deletion may be locked.*or another operation on it is running/),
        },
      ],
    });
    expect(store.connectors).toHaveLength(1);
  });

  it("fails with Ardent's reason when the deletion fails", async () => {
    const { id, outs } = await created();
    fault = ({ path }) =>
      path.startsWith("/v1/operations/")
        ? {
            work: "not-done",
            answer: { status: 200, json: { id: "op_delete", status: "failed", error: "slot is busy" } },
          }
        : undefined;
    await expect(provider.delete(id, outs, undefined)).rejects.toThrow(
      /the deletion did not complete: slot is busy[\s\S]*run it again/,
    );
  });

  it("is content when the answer is lost and the second finds nothing", async () => {
    const { id, outs } = await created();
    let lost = false;
    fault = ({ method }) => {
      if (method !== "DELETE" || lost) return undefined;
      lost = true;
      return { work: "done", answer: { cut: "before-answer" } };
    };
    await provider.delete(id, outs, undefined);
    expect(store.connectors).toEqual([]);
  });
});

describe("without a token", () => {
  it("says both ways to set one", () => {
    const environment = process.env.ARDENT_TOKEN;
    delete process.env.ARDENT_TOKEN;
    try {
      expect(() => requireService({ get: () => undefined })).toThrow(
        /pulumi config set --secret ardent:token .*ARDENT_TOKEN/,
      );
    } finally {
      if (environment !== undefined) process.env.ARDENT_TOKEN = environment;
    }
  });
});

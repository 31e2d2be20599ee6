import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../../src/ardent/client";
import { ensureConnector, type WantedConnector } from "../../../src/dynamic/connector/ensure-connector";
import { type ConnectorStore, type Fault, startConnectorStore } from "../../support/connector-store";
import type { SeenRequest } from "../../support/scripted-service";

const DETAILS = { url: "postgresql://ardent:s3cret-canary@db.example.com:5432/shop" };
const WANTED = {
  projectId: "prj_1",
  name: "app-prod-shop",
  adopt: "silently" as const,
  connectionDetails: DETAILS,
};

let store: ConnectorStore;
let lines: string[];
afterEach(() => store.stop());

async function start(fault?: (request: SeenRequest) => Fault): Promise<void> {
  store = await startConnectorStore(fault);
  lines = [];
}

function ensure(wanted: { name?: string; adopt?: WantedConnector["adopt"]; projectId?: string } = {}) {
  return run({ ...WANTED, ...wanted });
}

function run(wanted: WantedConnector) {
  const client = new ArdentClient({
    apiUrl: store.apiUrl,
    token: "t",
    userAgent: "test",
    timeoutMs: 300,
    retry: { attempts: 2, totalMs: 5_000, initialDelayMs: 1 },
  });
  return ensureConnector(client, wanted, (line) => lines.push(line), [0, 1, 1]);
}

/** What goes wrong with the creation, and only with it. */
function onCreate(fault: Fault): (request: SeenRequest) => Fault {
  return (request) => (isCreate(request) ? fault : undefined);
}

function isCreate({ method, path }: SeenRequest): boolean {
  return method === "POST" && path === "/v1/connectors";
}

describe("a connector that is not there", () => {
  it("is made in the project's organization, with the source", async () => {
    await start();
    const connector = await ensure();
    expect(store.connectors).toEqual([
      {
        id: connector.id,
        org_id: "org_1",
        project_id: "prj_1",
        name: "app-prod-shop",
        service_name: "postgresql",
        status: "created",
        connection_details: DETAILS,
      },
    ]);
    expect(lines).toEqual([`Ardent: created connector ${connector.id} "app-prod-shop"`]);
  });

  it("is made beside those of the same name in other projects", async () => {
    await start();
    store.add("app-prod-shop", { id: "con_other", project_id: "prj_2" });
    const connector = await ensure();
    expect(connector.id).not.toBe("con_other");
    expect(store.connectors).toHaveLength(2);
  });

  it("is not made in a project that does not exist", async () => {
    await start();
    await expect(ensure({ projectId: "nothing" })).rejects.toMatchObject({ code: "not-found" });
    expect(store.connectors).toEqual([]);
  });
});

describe("a connector that is there already", () => {
  it("is taken over and given the source, when its name is ours by construction", async () => {
    await start();
    const there = store.add("app-prod-shop", { id: "con_7" });
    expect((await ensure()).id).toBe("con_7");
    expect(store.connectors).toEqual([{ ...there, connection_details: DETAILS }]);
    expect(lines).toEqual(['Ardent: adopting existing connector con_7 "app-prod-shop"']);
  });

  it("is taken over and put into the project when its row does not say which it belongs to", async () => {
    await start();
    store.add("app-prod-shop", { id: "con_7", project_id: null });
    expect(await ensure()).toMatchObject({ id: "con_7", project_id: "prj_1" });
    expect(store.connectors).toHaveLength(1);
  });

  it("is not touched when its name was chosen, until asked to", async () => {
    await start();
    store.add("shop", { id: "con_7", connection_details: "as it was" });
    await expect(ensure({ name: "shop", adopt: "never" })).rejects.toMatchObject({
      problems: [{ object: "con_7", fix: expect.stringMatching(/`adopt: true` or `connectorId: "con_7"`/) }],
    });
    expect(store.connectors[0]?.connection_details).toBe("as it was");
    expect((await ensure({ name: "shop", adopt: "when-asked" })).id).toBe("con_7");
    expect(store.connectors[0]?.connection_details).toEqual(DETAILS);
    expect(store.connectors).toHaveLength(1);
  });

  it("is refused with the ids when there are several", async () => {
    await start();
    store.add("app-prod-shop", { id: "con_1", status: "active" });
    store.add("app-prod-shop", { id: "con_2", status: "failed" });
    await expect(ensure()).rejects.toMatchObject({
      problems: [{ current: "con_1 (active), con_2 (failed)", fix: expect.stringContaining("connectorId") }],
    });
    expect(store.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("is adopted by its id, and keeps its name if no other one is set", async () => {
    await start();
    store.add("legacy", { id: "con_7", project_id: "prj_2" });
    const connector = await run({ ...WANTED, connectorId: "con_7", name: undefined });
    expect(connector).toMatchObject({ id: "con_7", name: "legacy", project_id: "prj_1" });
    expect((await run({ ...WANTED, connectorId: "con_7", name: "shop" })).name).toBe("shop");
    expect(store.connectors).toHaveLength(1);
  });

  it("is not made when its id is unknown", async () => {
    await start();
    await expect(run({ ...WANTED, connectorId: "con_7" })).rejects.toMatchObject({ code: "not-found" });
    expect(store.connectors).toEqual([]);
  });
});

describe("a creation without a clear answer", () => {
  const answers: [string, NonNullable<Fault>["answer"]][] = [
    ["the connection is cut", { cut: "before-answer" }],
    ["the answer is cut in the middle", { cut: "inside-answer" }],
    ["the answer never comes", { hang: true }],
    ["the service says 500", { status: 500, json: { detail: "boom" } }],
    ["the service says 503", { status: 503, json: { detail: "busy" } }],
    ["a gateway says 502", { status: 502, text: "<html>bad gateway</html>" }],
    ["a login page answers", { status: 200, text: "<html>log in</html>" }],
    ["the answer is truncated", { status: 200, text: '{"id": "con_' }],
    ["the answer has no id", { status: 200, json: { created: true } }],
    ["the service says 429", { status: 429, json: {}, headers: { "retry-after": "0" } }],
  ];

  it.each(answers)("finds the one that was made, when %s after the work", async (_, answer) => {
    await start(onCreate({ work: "done", answer }));
    const connector = await ensure();
    expect(store.connectors.map(({ id }) => id)).toEqual([connector.id]);
    expect(store.requests.filter(isCreate)).toHaveLength(1);
    expect(lines.at(-1)).toBe(`Ardent: it was created, as ${connector.id}`);
  });

  it.each(answers)("makes none and says so, when %s before the work", async (_, answer) => {
    await start(onCreate({ work: "not-done", answer }));
    await expect(ensure()).rejects.toMatchObject({
      summary: 'Could not create the connector "app-prod-shop"',
      problems: expect.arrayContaining([
        expect.objectContaining({ fix: expect.stringContaining("run `pulumi up` again") }),
      ]),
    });
    expect(store.connectors).toEqual([]);
    expect(store.requests.filter(isCreate)).toHaveLength(1);
  });

  it("finds it although the lookup fails too, and although others are made meanwhile", async () => {
    let looks = 0;
    await start((request) => {
      if (isCreate(request)) {
        store.add("somebody-elses");
        return { work: "done", answer: { cut: "before-answer" } };
      }
      const after = store.requests.some(isCreate);
      return after && request.path === "/v1/connectors" && looks++ < 2
        ? { work: "not-done", answer: { status: 503, json: {} } }
        : undefined;
    });
    const connector = await ensure();
    expect(connector.name).toBe("app-prod-shop");
    expect(store.connectors.map(({ name }) => name)).toEqual(["somebody-elses", "app-prod-shop"]);
  });

  it("finds one that appears only after a while", async () => {
    await start((request) => {
      if (isCreate(request)) return { work: "not-done", answer: { cut: "before-answer" } };
      const lists = store.requests.filter(({ path }) => path === "/v1/connectors").length;
      if (lists === 4) store.add("app-prod-shop", { id: "con_late" });
      return undefined;
    });
    expect((await ensure()).id).toBe("con_late");
  });

  it("is taken up by the next run, so that there is one in the end", async () => {
    let cut = true;
    await start((request) => {
      if (!isCreate(request) || !cut) return undefined;
      cut = false;
      return { work: "not-done", answer: { cut: "before-answer" } };
    });
    await expect(ensure()).rejects.toThrow();
    await ensure();
    await ensure();
    expect(store.connectors).toHaveLength(1);
  });
});

describe("a creation that is refused", () => {
  it.each([400, 401, 403, 409, 422])("with %i is not looked after", async (status) => {
    await start(onCreate({ work: "not-done", answer: { status, json: { detail: "no" } } }));
    await expect(ensure()).rejects.toMatchObject({ status, detail: "no" });
    expect(store.count("GET", "/v1/connectors")).toBe(1);
  });
});

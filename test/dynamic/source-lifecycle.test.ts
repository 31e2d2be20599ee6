import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { createConnectorProvider } from "../../src/dynamic/connector/connector-provider";
import type { Properties } from "../../src/dynamic/provider";
import { createReplicationProvider } from "../../src/dynamic/replication/replication-provider";
import type { ProviderContext } from "../../src/dynamic/runtime/provider-context";
import { reportLeftovers } from "../../src/dynamic/source/source-leftovers";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { createSource, type TestSource } from "../emulator/test-source";
import { sharedPostgres } from "../support/postgres";
import {
  type Script,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
} from "../support/scripted-service";

let emulator: Emulator;
let proxy: ScriptedService;
let source: TestSource;
let lines: string[] = [];
/** What happens to a request on its way to the emulator. */
let onTheWay: (request: SeenRequest) => Script | undefined | Promise<undefined> = () => undefined;

const context: ProviderContext = {
  print: (line) => lines.push(line),
  pollMs: 10,
  service: () =>
    new ArdentClient({
      apiUrl: proxy.apiUrl,
      token: emulator.token,
      userAgent: "test",
      retry: { attempts: 3, totalMs: 5_000, initialDelayMs: 1 },
    }),
};
const connectors = createConnectorProvider(context);
const replications = createReplicationProvider(context);

beforeAll(async () => {
  emulator = await startEmulator();
  proxy = await startScriptedService(
    async (request) => (await onTheWay(request)) ?? { forwardTo: new URL(emulator.url).origin },
  );
  source = await createSource({
    script: `CREATE TABLE orders (id int PRIMARY KEY, note text);
     INSERT INTO orders SELECT n, 'old' FROM generate_series(1, 50) n;
     CREATE TABLE events (at timestamptz)`,
  });
});
afterAll(async () => {
  await emulator.cleanUp();
  await emulator.close();
  await proxy.stop();
  await source.drop();
});

/** The source as the arguments have it. */
function sourceArgs(password = source.password) {
  const { hostname, port } = new URL(source.details().url);
  return { host: hostname, port: Number(port), database: source.database, user: source.role, password };
}

function connectorInputs(fields: Properties = {}): Properties {
  return {
    __provider: "code",
    projectId: emulator.projectId,
    source: sourceArgs(),
    defaultName: "app-test-shop",
    ...fields,
  };
}

async function get(path: string) {
  const response = await fetch(new URL(path, emulator.url), {
    headers: { authorization: `Bearer ${emulator.token}` },
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
  return (await response.json()) as any;
}

async function listed(): Promise<{ id: string; name: string }[]> {
  return (await get(`/v1/connectors?org_id=${emulator.orgId}`)).connectors;
}

describe("the lifecycle of a source with Connector and Replication", () => {
  let id: string;
  let recorded: Properties;

  it("gets no connector while Ardent's preflight fails, and the reason is shown", async () => {
    const inputs = connectorInputs({ source: sourceArgs("wrong-canary") });
    const error = await connectors.create(inputs, undefined).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/Could not create the connector "app-test-shop"\n- auth: .*28P01/);
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(new RegExp(`wrong-canary|${emulator.token}`));
    expect(await listed()).toEqual([]);
  });

  it("gets one connector, although the answer to its creation is lost", async () => {
    onTheWay = ({ method, path }) =>
      method === "POST" && path === "/v1/connectors"
        ? { forwardTo: new URL(emulator.url).origin, thenCut: true }
        : undefined;
    const result = await connectors.create(connectorInputs(), undefined);
    onTheWay = () => undefined;
    id = result.id;
    recorded = result.outs as Properties;
    expect((await listed()).map((connector) => connector.id)).toEqual([id]);
    expect(recorded).toMatchObject({
      connectorId: id,
      connectorName: "app-test-shop",
      orgId: emulator.orgId,
    });
  });

  it("is not replicated while a table needs a decision", async () => {
    const error = replications.create({ connectorId: id }, undefined);
    await expect(error).rejects.toMatchObject({ problems: [{ object: "public.events" }] });
    expect((await get(`/v1/connectors/${id}`)).selected_paths).toBeNull();
    expect(await source.artifacts()).toEqual([]);
  });

  it("is replicated, with each stage shown", async () => {
    lines = [];
    const inputs = { connectorId: id, decisions: { "public.events": "exclude" } };
    const { outs } = await replications.create(inputs, undefined);
    expect(outs).toMatchObject(inputs);
    expect(await get(`/emulator/connectors/${id}/tables`)).toEqual({
      tables: [{ table: "public.orders", rows: 50 }],
    });
    expect(lines.at(-1)).toMatch(
      /^Ardent: connector con_\w+: setup: .*\(100 %\)(, \d+ s in all(, ".*" took \d+ s)?)?$/,
    );
    expect((await source.artifacts()).some((name) => /_slot$/.test(name))).toBe(true);
  });

  it("continues after its password was rotated, with the same connector", async () => {
    await source.admin.query(`ALTER ROLE ${source.role} PASSWORD 'rotated-canary'`);
    const news = connectorInputs({ source: sourceArgs("rotated-canary") });
    expect(await connectors.diff(id, recorded, news, undefined)).toMatchObject({
      changes: true,
      replaces: [],
    });
    recorded = (await connectors.update(id, recorded, news, undefined)).outs as Properties;
    const { next } = await get(`/emulator/connectors/${id}/changes`);
    await source.admin.query("INSERT INTO orders VALUES (51, 'new')");
    const { changes } = await get(`/emulator/connectors/${id}/changes?since=${next}&wait=30`);
    expect(changes).toMatchObject([{ kind: "insert", table: "public.orders" }]);
    expect(await listed()).toHaveLength(1);
  });

  it("is set up already when the steps are repeated", async () => {
    lines = [];
    const inputs = { connectorId: id, decisions: { "public.events": "exclude" } };
    await replications.update(id, inputs, inputs, undefined);
    expect(lines.at(-1)).toMatch(/^Ardent: connector con_\w+: the replication is set up$/);
  });

  it("is locked against deletion by the program, and unlocked by it", async () => {
    const locked = { ...recorded, deletionLock: true };
    expect(await connectors.diff(id, recorded, locked, undefined)).toMatchObject({
      changes: true,
      replaces: [],
    });
    const { outs } = await connectors.update(id, recorded, locked, undefined);
    expect(await get(`/v1/connectors/${id}`)).toMatchObject({ can_delete: false });
    expect(await connectors.diff(id, outs as Properties, locked, undefined)).toMatchObject({
      changes: false,
    });
    await expect(connectors.delete(id, outs as Properties, undefined)).rejects.toThrow(
      /locked[\s\S]*set `deletionLock: false`, run `pulumi up`/,
    );
    expect(await listed()).toHaveLength(1);
    const { deletionLock: _, ...without } = locked;
    expect(await connectors.diff(id, outs as Properties, without, undefined)).toMatchObject({
      changes: true,
    });
    await connectors.update(id, outs as Properties, without, undefined);
    expect(await get(`/v1/connectors/${id}`)).toMatchObject({ can_delete: true });
  });

  it("drops the extensions in the program on branches, and none if it lists none", async () => {
    const news = { ...recorded, dropExtensions: ["postgis"] };
    expect(await connectors.diff(id, recorded, news, undefined)).toMatchObject({
      changes: true,
      replaces: [],
    });
    const { outs } = await connectors.update(id, recorded, news, undefined);
    expect(await get(`/v1/connectors/${id}`)).toMatchObject({ drop_extensions: ["postgis"] });
    await connectors.update(id, outs as Properties, recorded, undefined);
    expect(await get(`/v1/connectors/${id}`)).toMatchObject({ drop_extensions: [] });
  });

  it("says before it is replaced that another database is another source", async () => {
    lines = [];
    const news = { ...recorded, source: { ...sourceArgs("rotated-canary"), database: "elsewhere" } };
    expect(await connectors.diff(id, recorded, news, undefined)).toMatchObject({
      replaces: ["source"],
      deleteBeforeReplace: true,
    });
    expect(lines).toEqual([
      `Ardent: database elsewhere is a different source than ${source.database}: connector ${id} and its branches will be deleted, then a new connector created and all tables copied`,
    ]);
  });

  it("is not deleted while its deletion is locked, and the lock's reason is shown", async () => {
    const client = context.service(undefined);
    await client.connectors.lockDeletion(id, "in use by QA");
    await expect(connectors.delete(id, recorded, undefined)).rejects.toThrow(
      /in use by QA[\s\S]*deletion-lock/,
    );
    await client.connectors.unlockDeletion(id);
  });

  it("leaves nothing on the source when it is deleted, and nothing is reported as left", async () => {
    lines = [];
    const { hostname, port } = new URL(source.details().url);
    const admin = { user: source.role, password: "rotated-canary", host: hostname, port: Number(port) };
    await connectors.delete(id, { ...recorded, admin }, undefined);
    expect(await source.artifacts()).toEqual([]);
    expect(await listed()).toEqual([]);
    expect(lines.filter((line) => line.includes("left"))).toEqual([]);
    expect(await connectors.read(id, recorded, undefined)).toEqual({});
  });

  it("is recreated by the next deployment, which announces it, when it was deleted outside", async () => {
    lines = [];
    expect(await connectors.diff(id, recorded, recorded, undefined)).toMatchObject({
      changes: true,
      replaces: ["connectorId"],
      deleteBeforeReplace: true,
    });
    expect(lines).toEqual([
      `Ardent: connector ${id} was deleted at Ardent; it will be recreated and all tables copied again`,
    ]);
  });

  it("is used as it is recorded while the service cannot be reached", async () => {
    lines = [];
    onTheWay = () => ({ status: 503, json: { detail: "down" } });
    expect(await connectors.diff(id, recorded, recorded, undefined)).toMatchObject({
      changes: false,
      replaces: [],
    });
    onTheWay = () => undefined;
    expect(lines).toEqual([]);
  });
});

describe("two deployments that declare the same connector at the same time", () => {
  /** Lets both look before either makes one. */
  function bothLookFirst(): void {
    let looks = 0;
    let bothHave = () => {};
    const looked = new Promise<void>((resolve) => {
      bothHave = resolve;
    });
    onTheWay = async ({ method, path }) => {
      if (method !== "GET" || path !== "/v1/connectors" || looks >= 2) return undefined;
      looks += 1;
      if (looks === 2) bothHave();
      await looked;
      return undefined;
    };
  }
  const removeAll = async () => {
    onTheWay = () => undefined;
    for (const { id } of await listed())
      await connectors.delete(
        id,
        { ...connectorInputs(), connectorId: id, connectorName: "x", orgId: emulator.orgId },
        undefined,
      );
  };

  it("end with one, which both have, if its name is the generated one", async () => {
    bothLookFirst();
    const [one, other] = await Promise.all(
      [1, 2].map(() =>
        connectors.create(connectorInputs({ source: sourceArgs("rotated-canary") }), undefined),
      ),
    );
    expect((await listed()).map(({ id }) => id)).toEqual([one?.id]);
    expect(other?.id).toBe(one?.id);
    expect(lines.join("\n")).toMatch(
      /another deployment created "app-test-shop" at the same time, as con_\w+; deleting ours/,
    );
    await removeAll();
  });

  it("end with one, and the later gets an error, if its name was chosen", async () => {
    bothLookFirst();
    const inputs = connectorInputs({ source: sourceArgs("rotated-canary"), connectorName: "shop" });
    const results = await Promise.allSettled([1, 2].map(() => connectors.create(inputs, undefined)));
    const [row, ...more] = await listed();
    expect(more).toEqual([]);
    const won = results.filter((result) => result.status === "fulfilled");
    const lost = results.filter((result) => result.status === "rejected");
    expect(won.map(({ value }) => value.id)).toEqual([row?.id]);
    expect(lost.map(({ reason }) => String(reason))).toEqual([
      expect.stringMatching(new RegExp(`"shop" already exists[^]*adopt: true[^]*connectorId: "${row?.id}"`)),
    ]);
    await removeAll();
  });
});

describe("a source whose role Ardent can no longer log in as", () => {
  it("lets its connector go without cleaning up, and says what is left", async () => {
    const { admin } = await sharedPostgres(17);
    const inputs = connectorInputs({
      source: sourceArgs("rotated-canary"),
      admin: { user: admin.user, password: admin.password },
    });
    const { id, outs } = await connectors.create(inputs, undefined);
    await replications.create({ connectorId: id, decisions: { "public.events": "exclude" } }, undefined);
    const [now, later] = [source.role, `${source.role}_later`];
    // The stream is ended as a server's end would: its session does not go with the role's name.
    await source.admin.query(
      `ALTER ROLE ${now} RENAME TO ${later};
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${later}'`,
    );
    lines = [];
    await connectors.delete(id, outs as Properties, undefined);
    await source.admin.query(
      `ALTER ROLE ${later} RENAME TO ${now}; ALTER ROLE ${now} PASSWORD 'rotated-canary'`,
    );
    expect(await listed()).toEqual([]);
    const printed = lines.join("\n");
    expect(printed).toContain(`role ${now} does not exist in ${source.database} at `);
    expect(printed).toContain("pulumi destroy --refresh");
    expect(printed).toMatch(/the connector was deleted, but this is left in .*: slot pgstream_/);
    for (const name of await source.artifacts()) expect(printed).toContain(name.replace(/.* /, ""));
    for (const line of lines.filter((line) => /^ +(DROP|SELECT) .*;$/.test(line)).slice(1))
      await source.admin.query(line);
    expect(await source.artifacts()).toEqual([]);
  });
});

describe("leftovers of a deleted connector on the source", () => {
  const settings = () => connectionSettings(sourceArgs("rotated-canary"));

  it("are reported with statements that remove them", async () => {
    const slot = `pgstream_${source.database}_slot`;
    await source.admin.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    await source.admin.query("CREATE SCHEMA pgstream");
    const [head, advice, ...statements] = await reportLeftovers(settings());
    expect(head).toMatch(
      new RegExp(`left in ${source.database} at .*slot ${slot}, which retains \\d+ MiB of WAL; schema`),
    );
    expect(advice).toContain("remove it with");
    for (const statement of statements) await source.admin.query(statement);
    expect(await source.artifacts()).toEqual([]);
  });

  it("are reported as unknown when the source cannot be checked", async () => {
    const [line] = await reportLeftovers({ ...settings(), password: "wrong-canary" });
    expect(line).toMatch(/could not check what is left in .*password authentication failed/);
    expect(line).not.toContain("canary");
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ArdentClient } from "../../../src/ardent/client";
import { createConnectorProvider } from "../../../src/dynamic/connector/connector-provider";
import { preflightProvider } from "../../../src/dynamic/preflight/preflight-provider";
import { type Properties, type StackConfig, UNKNOWN } from "../../../src/dynamic/provider";
import { createReplicationProvider } from "../../../src/dynamic/replication/replication-provider";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { createSource, type TestSource } from "../../emulator/test-source";
import { sharedPostgres } from "../../support/postgres";

const TABLES = "CREATE TABLE orders (id int PRIMARY KEY)";
const LEFTOVER = "CREATE SCHEMA pgstream";

let emulator: Emulator;
let source: TestSource;
let other: TestSource;
let config: StackConfig;
let inputs: Properties;
let recorded: Properties;
const printed = vi.spyOn(console, "log").mockImplementation(() => {});

beforeAll(async () => {
  emulator = await startEmulator();
  const settings: Record<string, string> = { "ardent:token": emulator.token, "ardent:apiUrl": emulator.url };
  config = { get: (key: string) => settings[key] } as StackConfig;
  source = await createSource({ script: TABLES });
  await source.admin.query(
    `GRANT CREATE ON DATABASE ${source.database} TO ${source.role};
     GRANT SELECT ON orders TO ${source.role};
     ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${source.role};
     ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO ${source.role}`,
  );
  other = await createSource({ script: `${TABLES}; ${LEFTOVER}` });
  const { host, port, admin } = await sharedPostgres(17);
  inputs = {
    source: { host, port, database: source.database },
    admin: { user: admin.user, password: admin.password },
    role: { name: source.role, password: source.password, create: false },
    schemas: { public: {} },
    connector: { projectId: emulator.projectId, name: "shop" },
  };
  await connect();
  const { inputs: first } = await preflightProvider.check({}, inputs, config);
  recorded = { ...inputs, checks: first?.checks, server: first?.server };
});
afterAll(async () => {
  await emulator.cleanUp();
  await emulator.close();
  await source.drop();
  await other.drop();
  printed.mockRestore();
});

/** Connects the source, as the deployment did that is recorded. */
async function connect(): Promise<void> {
  const client = new ArdentClient({ apiUrl: emulator.url, token: emulator.token, userAgent: "test" });
  const context = { service: () => client, print: () => {}, pollMs: 10 };
  const { role, source: args } = inputs as { role: { name: string; password: string }; source: object };
  const { id } = await createConnectorProvider(context).create(
    {
      projectId: emulator.projectId,
      source: { ...args, user: role.name, password: role.password },
      defaultName: "shop",
    },
    undefined,
  );
  await createReplicationProvider(context).create(
    { connectorId: id, selection: ["public.orders"] },
    undefined,
  );
}

describe("preflight of a connector whose name was chosen, and that exists at Ardent", () => {
  const chosen = { projectId: "", name: "shop", adopt: false };
  const asking = (connector: object) => ({
    ...inputs,
    connector: { ...chosen, projectId: emulator.projectId, ...connector },
  });
  const failuresOf = async (olds: Properties, news: Properties) =>
    (await preflightProvider.check(olds, news, config)).failures?.map(({ reason }) => reason).join("\n") ??
    "";

  it("fails the first preview, as `up` would fail, with the ways out", async () => {
    const text = await failuresOf({}, asking({}));
    expect(text).toMatch(/✗ ardent-connector +Ardent already has a connector named shop/);
    expect(text).toMatch(/`adopt: true`, or `connectorId: "con_/);
  });

  it("fails the preview that adds the connector to a source without one", async () => {
    const without = { ...recorded, connector: undefined };
    expect(await failuresOf(without, asking({}))).toContain("Ardent already has a connector named shop");
  });

  it("passes if it may be adopted, or is this program's", async () => {
    const taken = "already has a connector";
    expect(await failuresOf({}, asking({ adopt: true }))).not.toContain(taken);
    expect(await failuresOf({}, asking({ name: "another" }))).not.toContain(taken);
    expect(await failuresOf(recorded, asking({}))).toBe("");
  });
});

describe("preflight of a source that is connected", () => {
  it("recognizes the connector while the deployment renames it", async () => {
    const news = { ...inputs, connector: { projectId: emulator.projectId, name: "renamed" } };
    const checked = await preflightProvider.check(recorded, news, config);
    expect(checked.inputs?.checks).toEqual(recorded.checks);
    const { outs } = await preflightProvider.update(
      "id",
      recorded,
      { ...checked.inputs, onDrift: "fail" },
      config,
    );
    expect(outs?.checks).toMatchObject({ "duplicate-source": "pass" });
  });

  it("judges another database as on a first install, because its connector does not exist yet", async () => {
    const news = {
      ...inputs,
      source: { ...(inputs.source as object), database: other.database },
    };
    const checked = await preflightProvider.check(recorded, news, config);
    expect(checked.failures?.map(({ reason }) => reason).join()).toMatch(/✗ duplicate-source/);
    await expect(preflightProvider.update("id", recorded, news, config)).rejects.toThrow(
      /✗ duplicate-source/,
    );
  });

  it.each([
    ["warn", "printed"],
    ["fail", "an error"],
  ])("with onDrift %s, is %s in an update, once, with the source on each line", async (onDrift) => {
    const { host, port } = inputs.source as { host: string; port: number };
    const news = { ...inputs, schemas: { ...(inputs.schemas as object), nowhere: {} }, onDrift };
    const place = `${source.database} at ${host}:${port}`;
    printed.mockClear();
    const checked = await preflightProvider.check(recorded, { ...news, preview: false }, config);
    expect(printed).not.toHaveBeenCalled();
    expect(checked.inputs).not.toHaveProperty("preview");
    const error = await preflightProvider
      .update("id", recorded, checked.inputs as Properties, config)
      .then(() => undefined, String);
    expect(error === undefined).toBe(onDrift === "warn");
    const lines = `${printed.mock.calls.join("\n")}${error ?? ""}`.split("\n");
    expect(lines.filter((line) => line.includes("✗ schemas-exist"))).toHaveLength(1);
    for (const line of lines) if (!line.startsWith(" ")) expect(line).toContain(place);

    printed.mockClear();
    await preflightProvider.check(recorded, { ...news, preview: true }, config);
    const [list, ...more] = printed.mock.calls.flat();
    expect(list).toMatch(new RegExp(`^${place}: preflight failed: [^]*✗ schemas-exist`));
    const outlook = `${place}: \`pulumi up\` will fail: onDrift is "fail", and this got worse since the last deployment: `;
    expect(more).toEqual(onDrift === "fail" ? [expect.stringContaining(outlook)] : []);
  });

  it.each([
    ["token", "ardent-access"],
    ["login", "login"],
  ])("does not record that a %s was rejected, unless that stops the update", async (what, id) => {
    const of: Record<string, string> = {
      "ardent:token": what === "token" ? "sk-ard_test_revoked" : emulator.token,
      "ardent:apiUrl": emulator.url,
    };
    const admin = what === "login" ? { ...(inputs.admin as object), password: "wrong" } : inputs.admin;
    const check = (onDrift: string, olds: Properties) =>
      preflightProvider.check(olds, { ...inputs, admin, onDrift }, { get: (key) => of[key] });
    printed.mockClear();
    expect((await check("warn", recorded)).inputs?.checks).toEqual(recorded.checks);
    expect(printed.mock.calls.join()).toContain(`✗ ${id}`);
    expect((await check("fail", recorded)).inputs?.checks).toEqual({
      ...(recorded.checks as object),
      [id]: "fail",
    });
    const first = await preflightProvider.check(
      {},
      { ...inputs, admin, onFailure: "warn", onDrift: "fail" },
      { get: (key) => of[key] },
    );
    expect(first.inputs?.checks).not.toHaveProperty(id);
  });

  it("names the source although too little is known to check anything", async () => {
    printed.mockClear();
    const { host, port } = inputs.source as { host: string; port: number };
    const news = { ...inputs, source: { host, port, database: UNKNOWN }, schemas: UNKNOWN };
    await preflightProvider.check({}, news, config);
    expect(printed.mock.calls).toEqual([
      [
        `<source.database> at ${host}:${port}: preflight: not known before the deployment: source.database, schemas`,
      ],
    ]);
  });

  it("reports on deletion a connector with that name that still exists", async () => {
    const said = async (props: Properties, of: StackConfig = config) => {
      printed.mockClear();
      await preflightProvider.delete("id", props, of);
      return printed.mock.calls.join("\n");
    };
    expect(await said(recorded)).toMatch(
      /connector con_\w+ "shop" still exists\..*run `pulumi up` to adopt it/,
    );
    const { projectId } = emulator;
    expect(await said({ ...recorded, connector: { projectId, name: "other" } })).toBe("");
    expect(await said({ ...recorded, connector: { projectId, name: "shop", connectorId: "con_1" } })).toBe(
      "",
    );
    const { connector: _, ...without } = recorded;
    expect(await said(without)).toBe("");
    const away: Record<string, string> = { "ardent:token": "x", "ardent:apiUrl": "nonsense" };
    expect(await said(recorded, { get: (key) => away[key] })).toBe("");
  });

  it("records which cluster it is", () => {
    expect(recorded.server).toEqual({
      systemIdentifier: expect.stringMatching(/^\d+$/),
      timeline: 1,
      major: 17,
    });
  });

  it("completes a rotation although a check got worse, and stops the next run", async () => {
    const role = inputs.role as { name: string; password: string };
    const rotated = { ...inputs, role: { ...role, password: "rotated" }, onDrift: "fail" };
    await source.admin.query(
      `ALTER ROLE ${role.name} PASSWORD 'rotated'; REVOKE SELECT ON orders FROM ${role.name}`,
    );
    const checked = await preflightProvider.check(recorded, rotated, config);
    const { outs } = await preflightProvider.update("id", recorded, checked.inputs as Properties, config);
    expect(outs).toMatchObject({ role: { password: "rotated" }, checks: { "read-tables": "pass" } });

    const next = await preflightProvider.check(outs as Properties, rotated, config);
    expect(await preflightProvider.diff("id", outs as Properties, next.inputs as Properties, config)).toEqual(
      { changes: true },
    );
    await expect(
      preflightProvider.update("id", outs as Properties, next.inputs as Properties, config),
    ).rejects.toThrow(/✗ read-tables/);
    await source.admin.query(
      `GRANT SELECT ON orders TO ${role.name}; ALTER ROLE ${role.name} PASSWORD '${role.password}'`,
    );
  });
});

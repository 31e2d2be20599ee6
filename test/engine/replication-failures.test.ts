import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { createSource, type TestSource } from "../emulator/test-source";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { OpenApiClient } from "../support/openapi-client";
import { EVERYTHING } from "../support/tier";

/*
 * What a user sees of a replication that fails, stalls, is paused, or is broken off by Ctrl-C: a real engine, a real
 * Postgres, and the emulator, whose faults all users can use.
 */
describe("a replication that fails", { timeout: 120_000 }, () => {
  let source: TestSource;
  let emulator: Emulator;
  let project: EngineProject;

  beforeAll(async () => {
    source = await createSource({
      script: "CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 100)",
    });
  });
  afterAll(() => source.drop());
  beforeEach(async () => {
    emulator = await startEmulator();
    project = await engineProject(program(), { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url });
    await project.setConfig({ password: { value: source.password, secret: true } });
  });
  afterEach(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.cleanUp();
    await emulator.close();
  });

  const program = (replication: object = {}, connector: object = {}) => {
    const { hostname, port } = new URL(source.details().url);
    const plain = { host: hostname, port: Number(port), database: source.database, user: source.role };
    return `
const connector = new ardent.Connector("shop", {
  projectId: ${JSON.stringify(emulator.projectId)},
  source: { ...${JSON.stringify(plain)}, password: config.requireSecret("password"), sslMode: "require" },
  ...${JSON.stringify(connector)},
});
new ardent.Replication("shop", { connectorId: connector.connectorId, ...${JSON.stringify(replication)} });
exports.connectorId = connector.connectorId;
`;
  };
  const up = () => printedBy((options) => project.stack.up(options));
  const preview = () => printedBy((options) => project.stack.preview(options));
  const ask = async (method: string, path: string, body?: object) =>
    (await new OpenApiClient(emulator).send(method, path, body)).body;
  const theOne = async (): Promise<{ id: string; status: string }> => {
    const { connectors } = await ask("GET", `/v1/connectors?org_id=${emulator.orgId}`);
    expect(connectors).toHaveLength(1);
    return connectors[0];
  };
  /** How often an operation was asked for, by a rule that hits none of them. */
  const counting = (operation: string) => {
    const { id } = emulator.addFault({ operation, after: 1_000_000, fault: { kind: "refuse" } });
    return () => emulator.faults().find((rule) => rule.id === id)?.calls;
  };
  const stalled = () =>
    emulator.addFault({
      operationType: "connector_engine_setup",
      stage: "snapshot",
      fault: { kind: "stall" },
    });

  it("whose setup fails shows Ardent's error and stage, can be changed, and is set up by the next run", async () => {
    emulator.addFault({
      operationType: "connector_engine_setup",
      stage: "snapshot",
      fault: { kind: "fail", error: "disk of the replica is full" },
    });
    const failed = await up();
    expect(failed.failed).toBe(true);
    expect(failed.text).toContain("at Reading the tables (30 %)");
    expect(failed.text).toContain("disk of the replica is full");
    const { id } = await theOne();

    await project.setProgram(program({}, { deletionLock: true }));
    const shown = await preview();
    expect(shown.text).toContain(`connector ${id} is setup_failed`);
    expect(shown.text).toContain("its setup will be repeated");
    expect((await up()).failed).toBe(false);
    expect(await theOne()).toMatchObject({ id, status: "active" });
  });

  it.runIf(EVERYTHING)(
    "whose setup fails is deleted by a destroy, with nothing left on the source",
    async () => {
      emulator.addFault({
        operationType: "connector_engine_setup",
        fault: { kind: "fail", error: "no room" },
      });
      expect((await up()).failed).toBe(true);
      expect((await printedBy((options) => project.stack.destroy(options))).failed).toBe(false);
      expect((await ask("GET", `/v1/connectors?org_id=${emulator.orgId}`)).connectors).toEqual([]);
      expect(await source.artifacts()).toEqual([]);
    },
  );

  it.runIf(EVERYTHING)(
    "that stalls ends with the time-out, and the next run waits for the same setup, after a refresh too",
    async () => {
      stalled();
      await project.setProgram(program({ timeout: 2 }));
      const timedOut = await up();
      expect(timedOut.failed).toBe(true);
      expect(timedOut.text).toContain("timed out");
      expect(timedOut.text).toContain("waited 2 seconds");
      await project.stack.refresh();
      expect((await preview()).text).toMatch(/ardent:Replication shop update/);

      emulator.clearFaults();
      const setUps = counting("POST /v1/connectors/{connector_id}/engine-setup");
      await project.setProgram(program());
      const resumed = await up();
      expect(resumed.failed).toBe(false);
      expect(resumed.text).toContain("still waiting for the setup that was started earlier");
      expect(setUps()).toBe(0);
      expect(await theOne()).toMatchObject({ status: "active" });
    },
  );

  it.runIf(EVERYTHING)(
    "that failed later is shown by preview and refresh with Ardent's reason, and recovers once that is fixed",
    async () => {
      expect((await up()).failed).toBe(false);
      const { id } = await theOne();
      await ask("POST", `/emulator/connectors/${id}/fail`, { error: "the replica ran out of disk" });
      const shown = await preview();
      expect(shown.text).toContain("the replica ran out of disk");
      expect(shown.text).toMatch(/ardent:Replication shop update/);
      const refreshed = await printedBy((options) => project.stack.refresh(options));
      expect(refreshed.text).toContain("the replica ran out of disk");

      // The emulator's engine has nothing to set up, and stays failed until it is told otherwise.
      const tried = await up();
      expect(tried.failed).toBe(true);
      expect(tried.text).toContain(`The replication of connector ${id} "infra-test-shop" has failed`);
      await ask("POST", `/emulator/connectors/${id}/recover`);
      expect((await up()).failed).toBe(false);
      expect(await theOne()).toMatchObject({ id, status: "active" });
    },
  );

  it.runIf(EVERYTHING)(
    "that is paused shows tables and reason, and continues when that is asked for",
    async () => {
      expect((await up()).failed).toBe(false);
      const { id } = await theOne();
      const quarantine = await ask("POST", `/emulator/connectors/${id}/quarantines`, {
        message: "a column changed its type in place",
        tables: ["public.orders"],
      });
      const shown = await preview();
      expect(shown.text).toContain("public.orders");
      expect(shown.text).toContain("a column changed its type in place");
      expect(shown.text).toContain(`releaseQuarantines: ["${quarantine.id}"]`);

      const { next } = await ask("GET", `/emulator/connectors/${id}/changes`);
      await source.admin.query("INSERT INTO orders VALUES (1001)");
      await project.setProgram(program({ releaseQuarantines: [quarantine.id] }));
      const released = await up();
      expect(released.failed).toBe(false);
      expect(released.text).toContain(`released quarantine`);
      const { changes } = await ask("GET", `/emulator/connectors/${id}/changes?since=${next}&wait=30`);
      expect(changes).toMatchObject([{ kind: "insert", table: "public.orders", columns: { id: 1001 } }]);
      expect(await theOne()).toMatchObject({ status: "active" });
      // What is released already is passed over.
      expect((await preview()).text).toContain("3 unchanged");
    },
  );

  it("that is interrupted by two Ctrl-C continues at Ardent, and the next run waits for it", async () => {
    stalled();
    const { workDir, envVars } = project.stack.workspace;
    const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--stack", "test"], {
      cwd: workDir,
      env: { ...process.env, ...envVars },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, as a terminal gives it: Ctrl-C reaches all of it.
      detached: true,
    });
    const exited = once(child, "exit");
    const interrupt = () => process.kill(-(child.pid ?? 0), "SIGINT");
    const seen = outputOf(child);
    const told = await seen("if this run ends first, the next `pulumi up` waits for it");
    interrupt();
    await seen("press \\^C again");
    interrupt();
    const [code] = await exited;
    expect(code, told).not.toBe(0);
    expect(await theOne()).toMatchObject({ status: "setting_up" });

    emulator.clearFaults();
    const resumed = await up();
    expect(resumed.failed, resumed.text).toBe(false);
    expect(await theOne()).toMatchObject({ status: "active" });
  });
});

/** Waits for text in what a process prints. */
function outputOf(child: ChildProcess): (pattern: string) => Promise<string> {
  let text = "";
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (part) => {
      text += part;
      for (const look of waiting) look();
    });
  }
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (new RegExp(pattern).test(text)) resolve(text);
      };
      waiting.push(look);
      child.once("exit", () => reject(new Error(`It ended without "${pattern}": ${text}`)));
      look();
    });
}

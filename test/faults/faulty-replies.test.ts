import { appendFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import type { RequestFault } from "../../src/emulator/faults/rule";
import { createSource, type TestSource } from "../emulator/test-source";
import { OpenApiClient } from "../support/openapi-client";
import { sharedPostgres, uniqueName } from "../support/postgres";
import { byTier } from "../support/tier";
import { FakeStack, type StackStep } from "./fake-stack";

/*
 * Each fault of the emulator, at each call of a connector's lifecycle: the run succeeds, or it fails and the next one
 * succeeds. In the end there is one connector, which the state contains, and after a destroy nothing. The table in
 * docs/reliability.md is made from this (see scripts/test-faults.mjs).
 */
const CALLS: { readonly [step in StackStep]: readonly string[] } = {
  up: [
    "GET /v1/projects/{project_id}",
    "GET /v1/connectors",
    "POST /v1/connectors",
    "POST /v1/connectors/{connector_id}/discover",
    "GET /v1/operations/{operation_id}",
    "POST /v1/connectors/{connector_id}/selection",
    "PUT /v1/connectors/{connector_id}/replica-identity-decisions",
    "POST /v1/connectors/{connector_id}/engine-setup",
  ],
  "up with a rotated password": [
    "GET /v1/connectors/{connector_id}",
    "PUT /v1/connectors/{connector_id}",
    "GET /v1/connectors/{connector_id}/quarantine",
  ],
  "up with a branch": ["POST /v1/branch/create"],
  destroy: ["DELETE /v1/connectors/{connector_id}"],
};

const status = (code: number, more: object = {}) =>
  ({ kind: "status", status: code, ...more }) as RequestFault;
const FAULTS: { readonly [name: string]: RequestFault } = {
  refused: { kind: "refuse" },
  "cut before": { kind: "cut", work: "not-done" },
  "cut after": { kind: "cut", work: "done" },
  "hangs before": { kind: "hang", work: "not-done" },
  "hangs after": { kind: "hang", work: "done" },
  "429": status(429, { retryAfter: 0 }),
  "500 before": status(500),
  "500 after": status(500, { work: "done" }),
  "503": status(503),
  "502 as HTML": { kind: "html", status: 502, work: "not-done" },
  "200 as HTML": { kind: "html", status: 200, work: "done" },
  "half the JSON": { kind: "truncated" },
  "unknown fields": { kind: "unknown-fields" },
  "unknown status": { kind: "unknown-status" },
};

/** Long enough for every reply that does arrive. */
const PATIENT_MS = 20_000;
/** The file to which each outcome is added, as a line of JSON. Without it only the faults that are the worst. */
const outcomesFile = process.env.FAULT_OUTCOMES;
const worst = byTier({
  first: ["cut after", "half the JSON"],
  all: ["cut after", "500 after", "half the JSON"],
});
const faults = outcomesFile === undefined ? worst : Object.keys(FAULTS);

describe("a service with wrong replies", { timeout: 60_000 }, () => {
  let source: TestSource;
  let emulator: Emulator;

  beforeAll(async () => {
    source = await createSource({
      script: "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE events (what text)",
    });
    // The emulator copies a database for a branch only while no session is connected to it.
    await source.admin.close();
  });
  afterAll(() => source.drop());
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await emulator.cleanUp();
    await emulator.close();
  });

  const cases = (Object.keys(CALLS) as StackStep[]).flatMap((step) =>
    CALLS[step].flatMap((operation) => faults.map((fault) => [step, operation, fault] as const)),
  );
  it.each(cases)("%s, %s: %s", async (step, operation, fault) => {
    try {
      const end = await hit(step, operation, fault);
      await record({ step, operation, fault, end, good: true });
    } catch (error) {
      await record({ step, operation, fault, end: `wrong: ${String(error).split("\n")[0]}`, good: false });
      throw error;
    }
  });

  async function hit(step: StackStep, operation: string, fault: string): Promise<string> {
    const password = uniqueName("first");
    await setPassword(password);
    const stack = new FakeStack(emulator, source, password);
    if (step !== "up") expect(await stack.run("up", PATIENT_MS)).toBeUndefined();
    if (step === "up with a rotated password") {
      const rotated = uniqueName("rotated");
      await setPassword(rotated);
      stack.want({ password: rotated });
    }
    if (step === "up with a branch") stack.want({ branch: "pr-42" });

    emulator.addFault({ operation, fault: FAULTS[fault] as RequestFault });
    const hangs = fault.startsWith("hangs");
    const error = await stack.run(step, hangs ? 2_000 : PATIENT_MS);
    expect(emulator.faults()).toMatchObject([{ hits: 1 }]);
    if (error !== undefined) expect(await stack.run(step, PATIENT_MS)).toBeUndefined();
    await expectEnd(stack, step);
    if (step !== "destroy") {
      expect(await stack.run("destroy", PATIENT_MS)).toBeUndefined();
      await expectEnd(stack, "destroy");
    }
    return error === undefined ? "copes" : "next run";
  }

  async function expectEnd(stack: FakeStack, step: StackStep): Promise<void> {
    const connectors = await connectorsThere();
    if (step === "destroy") {
      const recorded = (["Connector", "Replication", "Branch"] as const).map((kind) => stack.recorded(kind));
      expect({ connectors, recorded }).toEqual({
        connectors: [],
        recorded: [undefined, undefined, undefined],
      });
      expect(await source.artifacts()).toEqual([]);
      return;
    }
    const id = stack.recorded("Connector");
    expect(connectors).toEqual([{ id, status: "active" }]);
    expect(await source.artifacts()).toHaveLength(4);
    if (step !== "up with a branch") return;
    expect(stack.recorded("Branch")).toBe(`${id}/pr-42`);
    expect(await ask(`/v1/branches/${id}`)).toMatchObject([{ name: "pr-42", status: "ready" }]);
  }

  async function connectorsThere(): Promise<{ id: string; status: string }[]> {
    const { connectors } = await ask(`/v1/connectors?org_id=${emulator.orgId}`);
    return connectors.map(({ id, status }: { id: string; status: string }) => ({ id, status }));
  }

  async function ask(path: string) {
    return (await new OpenApiClient(emulator).call("GET", path)).body;
  }

  async function setPassword(password: string): Promise<void> {
    const server = await sharedPostgres(17);
    await server.query(`ALTER ROLE ${source.role} PASSWORD '${password}'`);
  }

  async function record(outcome: object): Promise<void> {
    if (outcomesFile !== undefined) await appendFile(outcomesFile, `${JSON.stringify(outcome)}\n`);
  }
});

import { appendFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { byTier, EVERYTHING } from "../support/tier";
import { Deployment, type KillPoint, type Program, type Step } from "./deployment";
import { type CallsOf, everyPoint, livesOf, preflightOf, STEPS } from "./kill-plan";

/*
 * SIGKILL of the provider and of the engine, right before and right after the calls of a stack's lifecycle, on a real engine,
 * a real Postgres and the emulator; then what a user does. `npm test` takes the two calls that matter most and the moment
 * after them, when what was done is recorded nowhere, `npm run test:all` both moments of five; `npm run test:faults -- --rounds 3` takes every call (see scripts/test-faults.mjs).
 */
const program = (process.env.FAULT_PROGRAM ?? "connector and replication") as Program;
/** `2/3`: the second of three that share the lives. The subset without it. */
const lane = process.env.FAULT_LANE?.split("/").map(Number);
const rounds = Number(process.env.FAULT_ROUNDS ?? 1);
/** The file to which each outcome is added, as a line of JSON. */
const outcomesFile = process.env.FAULT_OUTCOMES;

const SUBSET = byTier<CallsOf>({
  first: { up: ["POST /connectors"], destroy: ["DELETE /connectors/{id}"] },
  all: {
    up: ["POST /connectors", "POST /connectors/{id}/engine-setup"],
    "up with a rotated password": ["PUT /connectors/{id}"],
    "up with a branch": ["POST /branch/create"],
    destroy: ["DELETE /connectors/{id}"],
  },
});

// Linux tells by /proc which process a call comes from.
describe.runIf(process.platform === "linux")(
  "a deployment that is killed",
  { timeout: 600_000 },
  async () => {
    let deployment = await Deployment.start(program);
    afterAll(() => deployment[Symbol.asyncDispose]());

    const calls = lane === undefined ? SUBSET : await callsOf(program, deployment);
    const [turn = 1, lanes = 1] = lane ?? [];
    const points = everyPoint(calls).filter(
      ({ moment }) => EVERYTHING || lane !== undefined || moment === "after",
    );
    const lives = livesOf(points).filter((_, life) => life % lanes === turn - 1);
    for (let round = 1; round <= rounds; round++) {
      for (const point of lives.flat()) {
        it(`comes out right: ${describePoint(point)} (round ${round})`, () => kill(point));
      }
    }

    async function kill(point: KillPoint): Promise<void> {
      const { step } = point;
      try {
        await prepare(step);
        const hit = await deployment.hit(point);
        expect(hit.failed, hit.text).toBe(true);
        const [before] = await deployment.connectors();
        const { failed, text } = await deployment.recover(point);
        expect(failed, text).toBe(false);
        expect(await deployment.faults(step, { pendingCreates: true }), text).toEqual([]);

        const [after] = await deployment.connectors();
        const end = after?.id === before?.id ? "kept" : "made then";
        await record(point, { end: after === undefined ? "nothing left" : end, good: true });
      } catch (error) {
        await record(point, { end: `wrong: ${String(error).split("\n")[0]}`, good: false });
        await deployment[Symbol.asyncDispose]();
        deployment = await Deployment.start(program);
        throw error;
      } finally {
        deployment.endOrphans();
      }
    }

    async function record(point: KillPoint, outcome: { end: string; good: boolean }): Promise<void> {
      if (outcomesFile === undefined) return;
      const line = { program, ...point, order: points.indexOf(point), ...outcome };
      await appendFile(outcomesFile, `${JSON.stringify(line)}\n`);
    }

    /** Brings the stack to the start of the step, and verifies that. */
    async function prepare(step: Step): Promise<void> {
      if (step === "up") await deployment.reset();
      else if (!deployment.deployed) await deployment.run("up");
      expect(await deployment.faults(step === "up" ? "destroy" : "up", { pendingCreates: true })).toEqual([]);
    }

    it.runIf(lane === undefined)(
      "leaves a warning of what the engine was creating, until the user clears it",
      async () => {
        await prepare("up");
        const point = { step: "up", call: "POST /connectors", moment: "after", victim: "engine" } as const;
        await deployment.hit(point);
        expect((await deployment.recover(point)).text).toContain("interrupted while creating");
        const { failed, text } = await deployment.clearPendingCreates();
        expect(failed, text).toBe(false);
        expect(await deployment.faults("up")).toEqual([]);
      },
    );
  },
);

function describePoint({ step, call, moment, victim }: KillPoint): string {
  return `${step}, ${victim} killed ${moment} ${call}`;
}

/** The calls of each step without faults. */
async function callsOf(program: Program, deployment: Deployment): Promise<CallsOf> {
  const calls: Partial<Record<Step, readonly string[]>> = {};
  const steps: readonly Step[] = program === "whole source" ? ["up", "destroy"] : STEPS;
  for (const step of steps) {
    const { failed, text } = await deployment.run(step);
    if (failed) throw new Error(`A run without faults fails: ${text}`);
    calls[step] = deployment.gate.calls;
  }
  return program === "whole source" ? preflightOf(calls) : calls;
}

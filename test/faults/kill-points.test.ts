import { writeFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { Deployment, type KillPoint, type Program, type Step } from "./deployment";
import { byLives, type CallsOf, everyPoint, preflightOf, STEPS } from "./kill-plan";

/*
 * SIGKILL of the provider and of the engine, right before and right after the calls of a stack's life, on a real engine,
 * a real Postgres and the emulator; then what a user does. `npm test` takes the calls that matter most; `npm run
 * test:faults -- --rounds 3` takes every call (see scripts/test-faults.mjs).
 */
const {
  /** The program to go through every call of; only the subset without it. */
  FAULT_PROGRAM: program,
  /** The file to write the outcomes to, as JSON. */
  FAULT_OUTCOMES: outcomesFile,
} = process.env as { FAULT_PROGRAM?: Program; FAULT_OUTCOMES?: string };

const SUBSET: CallsOf = {
  up: ["POST /connectors", "POST /connectors/{id}/engine-setup"],
  "up with a rotated password": [],
  destroy: ["DELETE /connectors/{id}"],
};

// Linux tells by /proc which process a call comes from.
describe.runIf(process.platform === "linux")(
  "a deployment that is killed",
  { timeout: 600_000 },
  async () => {
    let deployment = await Deployment.start(program ?? "connector and replication");
    const outcomes: (KillPoint & { end: string; good: boolean })[] = [];
    afterAll(async () => {
      await deployment[Symbol.asyncDispose]();
      if (outcomesFile !== undefined) await writeFile(outcomesFile, JSON.stringify(outcomes));
    });

    for (const point of byLives(everyPoint(await callsToKillAt()))) {
      const { step, call, moment, victim } = point;
      it(`comes out right: ${step}, ${victim} killed ${moment} ${call}`, async () => {
        try {
          await prepare(step);
          const hit = await deployment.hit(point);
          expect(hit.struck, `the call was not made\n${hit.text}`).toBe(true);
          expect(hit.failed, hit.text).toBe(true);
          const [before] = await deployment.connectors();
          const { failed, text } = await deployment.recover(point);
          expect(failed, text).toBe(false);
          expect(await deployment.faults(step), text).toEqual([]);

          const [after] = await deployment.connectors();
          const end = after?.id === before?.id ? "1 connector, kept" : "1 connector, made then";
          outcomes.push({ ...point, end: after === undefined ? "nothing left" : end, good: true });
        } catch (error) {
          outcomes.push({ ...point, end: `wrong: ${String(error).split("\n")[0]}`, good: false });
          await deployment[Symbol.asyncDispose]();
          deployment = await Deployment.start(program ?? "connector and replication");
          throw error;
        } finally {
          deployment.endOrphans();
        }
      });
    }

    async function callsToKillAt(): Promise<CallsOf> {
      if (program === undefined) return SUBSET;
      const recorded = await recordedCalls(deployment);
      return program === "whole source" ? preflightOf(recorded) : recorded;
    }

    /** Brings the stack to where the step begins, and makes sure that it is there. */
    async function prepare(step: Step): Promise<void> {
      if (deployment.deployed === (step === "up")) await deployment.run(step === "up" ? "destroy" : "up");
      expect(await deployment.faults(step === "up" ? "destroy" : "up")).toEqual([]);
    }
  },
);

/** What each step calls when nothing goes wrong. */
async function recordedCalls(deployment: Deployment): Promise<CallsOf> {
  const calls: Record<Step, readonly string[]> = { up: [], "up with a rotated password": [], destroy: [] };
  for (const step of STEPS) {
    const { failed, text } = await deployment.run(step);
    if (failed) throw new Error(`A run without faults fails: ${text}`);
    calls[step] = deployment.gate.calls;
  }
  return calls;
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors";
import { byTier } from "../support/tier";
import { DeployedLife, type ProgramArgs } from "./deployed-life";
import { type RequestFault, requestFault } from "./service-faults";

/*
 * Randomized connector lifecycles with random faults: there is always one connector at most, and running a failed command
 * again leads to it.
 *
 * The seed of a run is printed. To repeat a run, shrinking and all:
 *   FAST_CHECK_SEED=<seed> npx vitest run test/dynamic/deployed-life.property.test.ts
 * FAST_CHECK_RUNS sets the number of lifecycles in each lane (40 in `npm test`, 200 in `npm run test:all`).
 */
const SEED = Number(process.env.FAST_CHECK_SEED ?? Math.trunc(Math.random() * 2 ** 31));
const RUNS = Number(process.env.FAST_CHECK_RUNS ?? byTier({ first: 40, all: 200 }));
/** Lifecycles that run at the same time: each mostly waits for a socket. */
const LANES = 5;
/** A run with more requests than this would never end. */
const MOST_REQUESTS = 600;
const PASSWORDS = ["canary-one/1", "canary-two/2"];

interface Step {
  readonly command: "up" | "refresh" | "destroy";
  /** Changes of the program before an `up`. */
  readonly change: Partial<ProgramArgs>;
  /** The faults of the run's requests, by their number. */
  readonly faults: readonly (readonly [number, RequestFault])[];
  /** Whether the user waits until all work at the service has ended, before the next command. */
  readonly waits: boolean;
  /** Whether a failed command is run again at once without faults, or another one comes first. */
  readonly recovers: boolean;
}

const program: fc.Arbitrary<ProgramArgs> = fc.record(
  {
    password: fc.constantFrom(...PASSWORDS),
    project: fc.constantFrom("prj_1", "prj_2"),
    database: fc.constantFrom("shop", "archive"),
    name: fc.constantFrom("shop", "store"),
    adopt: fc.constant(false),
    selection: fc.constantFrom(["*"], ["public.orders"]),
    decision: fc.constantFrom("exclude", "replica_identity_full"),
    wait: fc.boolean(),
  },
  { requiredKeys: ["password", "project", "database", "adopt", "selection", "decision", "wait"] },
);
const step: fc.Arbitrary<Step> = fc.record({
  command: fc.oneof(
    { weight: 4, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constant("refresh" as const) },
    { weight: 1, arbitrary: fc.constant("destroy" as const) },
  ),
  change: fc.oneof(
    fc.constant({}),
    program.chain((other) =>
      fc.subarray(Object.entries(other)).map((entries) => Object.fromEntries(entries)),
    ),
  ),
  // A whole `up` makes about fifteen requests.
  faults: fc.array(fc.tuple(fc.nat(16), requestFault), { minLength: 1, maxLength: 4 }),
  waits: fc.boolean(),
  recovers: fc.boolean(),
});
const life = fc.record({
  program,
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  /** How often an operation is polled before it is completed. */
  polls: fc.nat(2),
});

async function live({
  program: first,
  steps,
  polls,
}: {
  program: ProgramArgs;
  steps: readonly Step[];
  polls: number;
}): Promise<void> {
  const life = await DeployedLife.start(polls);
  let program = first;
  let cutOff = false;
  try {
    for (const { command, change, faults, waits, recovers } of steps) {
      // What the state does not have cannot be destroyed: after an `up` that failed comes another one first.
      if (command === "destroy" && life.connector === undefined) continue;
      // Another name or project, while it is not known whether there is one by the old one, makes another connector.
      // And what a killed run has told of a connector that was there before is in no state, nor in the API: as
      // docs/reliability.md asks for, the same is run again before the program is changed.
      if (command === "up" && life.connector !== undefined && !cutOff) program = { ...program, ...change };
      const error = await run(command, new Map(faults));
      if (command === "up") cutOff = error !== undefined && (cutOff || life.killed);
      if (waits) life.settle();
      if (error === undefined) expectEnd(command);
      else if (recovers) await recover(command);
    }
    await recover("up");
    await recover("destroy");
  } finally {
    await life.stop();
  }

  async function run(
    command: Step["command"],
    faults: ReadonlyMap<number, RequestFault>,
  ): Promise<Error | undefined> {
    // What is being deleted is as good as gone; a user who wants it back has to wait until it is.
    if (life.deleting && command !== "destroy") life.settle();
    const error = await life.run(command, program, faults);
    expect(life.asked, "requests").toBeLessThanOrEqual(MOST_REQUESTS);
    expect(life.connectors.length, "connectors").toBeLessThanOrEqual(1);
    expect(life.blindCreations, "creations without a look").toBe(0);
    const said = [...life.printed, error?.message, error?.stack].join("\n");
    expect(
      PASSWORDS.filter((password) => said.includes(password) || said.includes(encodeURIComponent(password))),
    ).toEqual([]);
    // A name that the user chose is only taken over when asked to, and the error says so.
    if (error instanceof UserError && error.problems.some(({ fix }) => fix?.includes("`adopt: true`"))) {
      program = { ...program, adopt: true };
    }
    return error;
  }

  async function recover(command: Step["command"]): Promise<void> {
    const again = command === "refresh" ? "up" : command;
    const adopted = program.adopt;
    let error = await run(again, new Map());
    if (error !== undefined && program.adopt !== adopted) error = await run(again, new Map());
    expect(error).toBeUndefined();
    expectEnd(again);
  }

  function expectEnd(command: Step["command"]): void {
    if (command === "refresh") return;
    if (!program.wait || command === "destroy") life.settle();
    if (command === "up") expect(life.differences(program)).toEqual([]);
    else expect({ connectors: life.connectors, recorded: life.connector }).toEqual({ connectors: [] });
  }
}

describe("a connector's life under faults", { timeout: 300_000 }, () => {
  console.log(`FAST_CHECK_SEED=${SEED}: ${LANES} x ${RUNS} lives`);

  it.concurrent.each(Array.from({ length: LANES }, (_, lane) => lane))(
    "ends with exactly one connector, as the state has it (lane %i)",
    async (lane) => {
      await fc.assert(fc.asyncProperty(life, live), { seed: SEED + lane, numRuns: RUNS });
    },
  );
});

import type { Moment } from "./call-gate";
import type { KillPoint, Step, Victim } from "./deployment";

/** The steps of a stack's lifecycle, in their order. */
export const STEPS: readonly Step[] = [
  "up",
  "up with a rotated password",
  "up with another selection",
  "up with another database",
  "up with a branch",
  "destroy",
];
export const VICTIMS: readonly Victim[] = ["provider", "engine"];
export const MOMENTS: readonly Moment[] = ["before", "after"];

/** The calls of steps, as a run without faults made them. */
export type CallsOf = Readonly<Partial<Record<Step, readonly string[]>>>;

/** Every call, each right before and right after it, with each victim. */
export function everyPoint(calls: CallsOf): KillPoint[] {
  return STEPS.flatMap((step) =>
    (calls[step] ?? []).flatMap((call) =>
      MOMENTS.flatMap((moment) => VICTIMS.map((victim) => ({ step, call, moment, victim }))),
    ),
  );
}

/**
 * The same points, grouped into lifecycles: one point of each step, on one stack. A stack that is correct after a kill is
 * as good as a new one, and building another one would double the time.
 */
export function livesOf(points: readonly KillPoint[]): KillPoint[][] {
  const queues = STEPS.map((step) => points.filter((point) => point.step === step));
  const lives = Math.max(...queues.map((queue) => queue.length));
  return Array.from({ length: lives }, (_, life) =>
    queues.map((queue) => queue[life]).filter((point) => point !== undefined),
  );
}

/** Of a whole source's calls those that Preflight makes before there is a connector; the others are the same anyway. */
export function preflightOf({ up = [] }: CallsOf): CallsOf {
  return { up: up.slice(0, up.indexOf("POST /connectors/preflight") + 1) };
}

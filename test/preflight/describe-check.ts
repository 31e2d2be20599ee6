import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import type { CheckResult } from "../../src/preflight/report";
import { MAJORS, type Major } from "../support/postgres";
import { FILTER_VARIABLE } from "../support/postgres-run";
import { EVERYTHING } from "../support/tier";

type Tests = (major: Major) => void;

/** What is else than with other checks. */
interface Exceptions {
  /** What it says on releases on which it cannot fail. */
  readonly cannotFail?: string;
  /** Given when it never fails, but is unknown instead. */
  readonly failsAs?: "unknown";
  /** Set where what it says or prints depends on the version: the first tier then tests the oldest too. */
  readonly byVersion?: true;
}

/**
 * Registers a check's tests, and fails after them unless the check has passed and failed there before their eyes, and
 * passed again after every statement that it printed. `checked`, `applyFix` and `Source` take notes.
 *
 * For every version; in the first tier for the newest, as a check is a pure function of facts, and what reads these has
 * its tests on the oldest too.
 */
export function describeCheck(id: string, ...rest: [Tests] | [Exceptions, Tests]): void {
  const [{ cannotFail, failsAs, byVersion }, tests] = rest.length === 1 ? [{} as Exceptions, rest[0]] : rest;
  const failures = failsAs === undefined ? ["fail", "warn"] : [failsAs];
  const differs = byVersion ?? cannotFail !== undefined;
  describe.each(EVERYTHING || differs ? MAJORS : MAJORS.slice(-1))(`${id} on Postgres %i`, (major) => {
    const notes: Notes = {
      id,
      major,
      outcomes: new Set(),
      messages: new Set(),
      printed: new Set(),
      fixes: new Map(),
    };
    let modes: readonly string[] = [];
    beforeAll(() => {
      current = notes;
    });
    beforeEach(({ task }) => {
      modes = task.suite?.tasks.map(({ mode }) => mode) ?? [];
    });

    tests(major);

    // After all of them, in whatever order they are run; where only some are, there is nothing to expect.
    afterAll(() => {
      const isPart =
        modes.length === 0 || (process.env[FILTER_VARIABLE] !== undefined && modes.includes("skip"));
      if (!isPart) expectSeen(notes);
    });
  });

  function expectSeen({ outcomes, messages, fixes }: Notes): void {
    const failed = [...outcomes].filter((outcome) => failures.includes(outcome));
    if (cannotFail !== undefined && messages.has(cannotFail)) {
      expect(failed, "failed").toEqual([]);
      return;
    }
    expect(failed, "failed in a test").not.toEqual([]);
    expect([...outcomes], "passed in a test").toContain("pass");
    const fixed = [...fixes.keys()].map((form) => [form, "fixed"]);
    expect(Object.fromEntries(fixes), "passed after each fix").toEqual(Object.fromEntries(fixed));
  }
}

/** What has been seen of a check on a version. */
interface Notes {
  readonly id: string;
  readonly major: Major;
  readonly outcomes: Set<string>;
  readonly messages: Set<string>;
  /** The statements of its fixes. */
  readonly printed: Set<string>;
  /** What became of the statements that it printed, by their form. */
  readonly fixes: Map<string, "printed" | "executed" | "fixed">;
}

let current: Notes | undefined;

/** Notes what a check says of a server. */
export function noteResult(major: Major, { id, outcome, message, fix }: CheckResult): void {
  if (current === undefined || current.id !== id || current.major !== major) return;
  const { outcomes, messages, printed, fixes } = current;
  outcomes.add(outcome);
  messages.add(message);
  for (const statement of fix?.sql ?? []) {
    printed.add(statement);
    const form = formOf(statement);
    if (!fixes.has(form)) fixes.set(form, "printed");
  }
  if (outcome !== "pass") return;
  for (const [form, state] of fixes) if (state === "executed") fixes.set(form, "fixed");
}

/** Notes that a statement was executed, be it one that was printed or not. */
export function noteExecuted(statement: string): void {
  const form = formOf(statement);
  if (current?.printed.has(statement) && current.fixes.get(form) === "printed")
    current.fixes.set(form, "executed");
}

/** A statement without its names, texts and numbers: the same fix for another object is no other fix. */
function formOf(statement: string): string {
  return statement
    .replace(/"(?:[^"]|"")*"|E?'(?:[^']|'')*'|\b\d+\b/g, "…")
    .replace(/…\.…/g, "…")
    .replace(/…(?:, …)+/g, "…");
}

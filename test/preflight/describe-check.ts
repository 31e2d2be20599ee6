import { beforeAll, describe, expect, it } from "vitest";
import type { CheckResult } from "../../src/preflight/report";
import { MAJORS, type Major } from "../support/postgres";

type Tests = (major: Major) => void;

/** What is else than with other checks. */
interface Exceptions {
  /** What it says on releases on which it cannot fail. */
  readonly cannotFail?: string;
  /** Given when it never fails, but is unknown instead. */
  readonly failsAs?: "unknown";
}

/**
 * Registers a check's tests for every version, and one more for each: that the check passed and failed there before
 * their eyes, and passed again after every statement that it printed. `checked`, `applyFix` and `Source` take notes.
 */
export function describeCheck(id: string, ...rest: [Tests] | [Exceptions, Tests]): void {
  const [{ cannotFail, failsAs }, tests] = rest.length === 1 ? [{} as Exceptions, rest[0]] : rest;
  const failures = failsAs === undefined ? ["fail", "warn"] : [failsAs];
  describe.each(MAJORS)(`${id} on Postgres %i`, (major) => {
    const notes: Notes = {
      id,
      major,
      outcomes: new Set(),
      messages: new Set(),
      printed: new Set(),
      fixes: new Map(),
    };
    beforeAll(() => {
      current = notes;
    });

    tests(major);

    const or = cannotFail === undefined ? "" : `, or says: ${cannotFail}`;
    it(`has passed and failed here, and passed again after each fix${or}`, () => {
      const failed = [...notes.outcomes].filter((outcome) => failures.includes(outcome));
      if (cannotFail !== undefined && notes.messages.has(cannotFail)) return expect(failed).toEqual([]);
      expect(failed).not.toEqual([]);
      expect(notes.outcomes).toContain("pass");
      const fixed = [...notes.fixes.keys()].map((form) => [form, "fixed"]);
      expect(Object.fromEntries(notes.fixes)).toEqual(Object.fromEntries(fixed));
    });
  });
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

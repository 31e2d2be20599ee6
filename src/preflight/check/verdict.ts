import type { Evidence } from "../facts/evidence";
import type { Finding, Fix, Verdict } from "./check";

/** The verdict of a check that passes. */
export function pass(message?: string): Verdict {
  return message === undefined ? { kind: "pass" } : { kind: "pass", message };
}

/**
 * The verdict of a check that fails.
 *
 * @param message - one line: what is wrong
 * @param findings - the objects that need a change; the report shows the first few
 * @param fix - how to fix it; `sql` defaults to none, `effect` to "none"
 * @param findingCount - the total number, if more than the findings given
 */
export function fail(
  message: string,
  findings: readonly Finding[],
  fix: Partial<Fix> & Pick<Fix, "text">,
  findingCount = findings.length,
): Extract<Verdict, { kind: "fail" }> {
  return { kind: "fail", message, findings, findingCount, fix: { sql: [], effect: "none", ...fix } };
}

/** The verdict of a check whose evidence was not requested or could not be read: the facts contain the reason. */
export function notRead(read: Exclude<Evidence<unknown>, { kind: "read" }>): Verdict {
  const { kind, reason, ...cause } = read;
  return { kind, message: reason, ...cause };
}

/** The verdict on evidence that a check needs only in some cases: why it was not read, or the judgment of its value. */
export function judgeRead<Value>(evidence: Evidence<Value>, judge: (value: Value) => Verdict): Verdict {
  return evidence.kind === "read" ? judge(evidence.value) : notRead(evidence);
}

/** The verdict of a check that has to wait until another one passes. */
export function skippedFor(id: string): Verdict {
  return { kind: "skipped", message: `needs ${id}`, needs: id };
}

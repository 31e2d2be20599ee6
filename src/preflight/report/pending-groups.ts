import { roleExists } from "../checks/role-exists";
import type { CheckResult } from "../report";

/** Checks that one line of the checklist stands for: one check, or several that are pending for the same reason. */
export type CheckGroup = readonly [CheckResult, ...CheckResult[]];

/** Groups pending checks by their category and by what they wait for; every other check stays alone. */
export function groupPending(checks: readonly CheckResult[]): CheckGroup[] {
  const groups = new Map<string, CheckGroup>();
  for (const result of checks) {
    const { id, category, outcome, waitsFor, message } = result;
    const reason = waitsFor === "value" ? [message] : [category, waitsFor];
    const key = JSON.stringify(outcome === "pending" ? reason : id);
    const before = groups.get(key);
    groups.set(key, before === undefined ? [result] : [...before, result]);
  }
  return [...groups.values()];
}

/** What the line is called: the check, or what several of them have in common. */
export function labelOf([first, ...others]: CheckGroup): string {
  if (others.length === 0) return first.id;
  return first.waitsFor === "value" ? "inputs" : first.category;
}

/** What is said of several pending checks, such as `pending: created by this deployment (role-exists, role-login)`. */
export function pendingText(group: CheckGroup): string {
  const ids = group.map(({ id }) => id).join(", ");
  const [first] = group;
  if (first.waitsFor === "value") return `${first.message} (${ids})`;
  if (first.waitsFor === "creation") {
    // The others wait for what this one did not find.
    const { message } = group.find(({ findingCount }) => findingCount > 0) ?? first;
    return `${message} (pending: may be created by this deployment: ${ids})`;
  }
  const isCreated = first.category === "grants" || first.id === roleExists.id;
  return `pending: ${isCreated ? "created" : "changed"} by this deployment (${ids})`;
}

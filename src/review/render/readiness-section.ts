import { code } from "../../markdown-text";
import { UNKNOWN } from "../../unknown-value";
import type { PreflightChange } from "../changes/change";
import { say } from "../phrase";
import type { Review } from "../review";
import { markdownPhrase } from "./markdown-phrase";
import { counted } from "./verdict";

/**
 * What preflight found of each source: everything that does not pass, and what changed. What passes is not counted: not
 * every outcome is recorded, so the numbers would differ from those that preflight prints.
 */
export function readinessSection({ readiness: { preflights } }: Review): string {
  return preflights
    .filter(({ effect }) => effect !== "deleted")
    .map(preflightText)
    .join("\n\n");
}

/** The outcomes that a reader has to see, in this order, and what they mean. */
const SHOWN = [
  ["fail", "failed"],
  ["warn", "warning"],
] as const;

function preflightText({ database, before, after }: PreflightChange): string {
  const ids = Object.keys(after).toSorted();
  const list = (chosen: readonly string[]) => chosen.map((id) => nameOf(id, before, after)).join(", ");
  const problems = SHOWN.flatMap(([outcome, meaning]) => {
    const chosen = ids.filter((id) => after[id] === outcome);
    return chosen.length === 0 ? [] : [`- ${meaning}: ${list(chosen)}`];
  });
  const later = ids.filter((id) => isDecidedLater(after[id])).length;
  const fixed = ids.filter((id) => after[id] === "pass" && (before[id] ?? "pass") !== "pass");
  const lines = [
    ...problems,
    ...(fixed.length === 0 ? [] : [`- passed now: ${list(fixed)}`]),
    ...(later === 0 ? [] : [`- ${counted(later, "check is", "checks are")} decided by the deployment`]),
  ];
  const name = `Database ${markdownPhrase(say`${database}`)}`;
  return lines.length === 0 ? `${name}: no failure and no warning` : [name, "", ...lines].join("\n");
}

function nameOf(id: string, before: PreflightChange["before"], after: PreflightChange["after"]): string {
  const was = before[id];
  return was !== undefined && was !== after[id] ? `${code(id)} (was ${code(was)})` : code(id);
}

/** A preview also marks as unknown what it does not judge, and for which the last deployment recorded no outcome. */
function isDecidedLater(outcome: string | undefined): boolean {
  return outcome === "pending" || outcome === UNKNOWN;
}

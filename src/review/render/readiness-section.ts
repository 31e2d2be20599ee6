import { code } from "../../markdown-text";
import { UNKNOWN } from "../../unknown-value";
import type { PreflightChange } from "../changes/change";
import { say } from "../phrase";
import type { Review } from "../review";
import { markdownPhrase } from "./markdown-phrase";
import { counted } from "./verdict";

/** What preflight found of each source: everything that does not pass, and what changed. */
export function readinessSection({ readiness: { preflights } }: Review): string {
  return preflights
    .filter(({ effect }) => effect !== "deleted")
    .map(preflightText)
    .join("\n\n");
}

/** The outcomes that a reader has to see, in this order, and what they mean. One that is not known yet is pending. */
const SHOWN: readonly (readonly [outcomes: readonly string[], meaning: string])[] = [
  [["fail"], "failed"],
  [["warn"], "warning"],
  [["pending", UNKNOWN], "pending until the deployment"],
];

function preflightText({ database, before, after }: PreflightChange): string {
  const passed = Object.values(after).filter((outcome) => outcome === "pass").length;
  const ids = Object.keys(after).toSorted();
  const list = (chosen: readonly string[]) => chosen.map((id) => nameOf(id, before, after)).join(", ");
  const lines = SHOWN.flatMap(([outcomes, meaning]) => {
    const chosen = ids.filter((id) => outcomes.includes(after[id] ?? ""));
    return chosen.length === 0 ? [] : [`- ${meaning}: ${list(chosen)}`];
  });
  const fixed = ids.filter((id) => after[id] === "pass" && (before[id] ?? "pass") !== "pass");
  return [
    `Database ${markdownPhrase(say`${database}`)}: ${counted(passed, "check")} passed`,
    ...lines,
    ...(fixed.length === 0 ? [] : [`- passed now: ${list(fixed)}`]),
  ].join("\n");
}

/** That a pending check passed before is no news. */
function nameOf(id: string, before: PreflightChange["before"], after: PreflightChange["after"]): string {
  const was = before[id];
  const isPending = after[id] === "pending" || after[id] === UNKNOWN;
  const isNews = was !== undefined && was !== after[id] && !isPending;
  return isNews ? `${code(id)} (was ${code(was)})` : code(id);
}

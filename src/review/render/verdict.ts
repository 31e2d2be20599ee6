import type { Review } from "../review";

/**
 * The verdict of one preview in a few words: what is gained and lost, the highest risk, and whether the sources are ready.
 * It consists of our own words only.
 */
export function verdictOf(review: Review): string {
  const parts = [outcomeOf(review), countsOf(review), readinessOf(review)].filter((part) => part !== "");
  return parts.join("; ");
}

/** A capital at the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The risk in words; `no risk found` where no rule has a finding. */
export function riskOf({ risk }: Pick<Review, "risk">): string {
  return risk === "none" ? "no risk found" : `${risk} risk`;
}

/** How many of what. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function outcomeOf(review: Review): string {
  if (review.outcome === "no-changes") return "no changes";
  if (review.outcome === "changes") return riskOf(review);
  const found = review.risk === "none" ? "" : `, ${riskOf(review)} in what it shows`;
  return `the preview failed${found}`;
}

function countsOf({ outcome, counts, changes, others }: Review): string {
  if (outcome === "no-changes" || (outcome === "failed" && changes.length + others.length === 0)) return "";
  const parts = [
    [counts.connectorsDeleted, "connector", "deleted"],
    [counts.lost, "privilege", "lost"],
    // After those that are lost, the word is not repeated.
    [counts.gained, counts.lost > 0 ? undefined : "privilege", "gained"],
    [counts.rolesDropped, "role", "dropped"],
    [counts.rolesAltered, "role", "altered"],
    [counts.rolesCreated, "role", "created"],
  ] as const;
  const shown = parts
    .filter(([count]) => count > 0)
    .map(([count, what, verb]) => `${what === undefined ? count : counted(count, what)} ${verb}`);
  return shown.length === 0 ? "no change of access" : shown.join(", ");
}

function readinessOf({ readiness: { state, preflights } }: Review): string {
  const outcomes = preflights.flatMap(({ after }) => Object.values(after));
  const failed = outcomes.filter((outcome) => outcome === "fail").length;
  const warned = outcomes.filter((outcome) => outcome === "warn").length;
  const warnings = warned > 0 ? ` (${counted(warned, "warning")})` : "";
  switch (state) {
    case "ready":
      return `source ready${warnings}`;
    case "not-ready":
      return failed > 0 ? `source not ready (${counted(failed, "check")} failed)` : "source not ready";
    case "not-checked":
      return "";
  }
}

import { setTimeout } from "node:timers/promises";
import type { PreflightReport } from "../preflight/report";

/** Between two looks, in milliseconds. */
const PAUSE_MS = 5_000;

/**
 * Looks until the report is ok or the time is up; the last look is made when it is.
 *
 * @param look - looks once
 * @param options.limitMs - for how long to look again
 * @param options.say - told what is waited for, whenever that changes
 * @returns what the last look gave
 * @throws the signal's reason when it is aborted, also between two looks
 */
export async function untilReady<T extends { readonly report: PreflightReport }>(
  look: () => Promise<T>,
  options: {
    readonly limitMs: number;
    readonly signal: AbortSignal;
    readonly say: (line: string) => void;
  },
): Promise<T> {
  const end = Date.now() + options.limitMs;
  let said: string | undefined;
  for (;;) {
    const looked = await look();
    const left = end - Date.now();
    if (looked.report.ok || left <= 0) return looked;
    const ids = blocking(looked.report).join(", ");
    if (ids !== said) options.say(`waiting for ${ids} (${Math.ceil(left / 1_000)} s left)`);
    said = ids;
    await setTimeout(Math.min(PAUSE_MS, left), undefined, { signal: options.signal });
  }
}

/** The checks for which a report is not ok. */
function blocking({ checks }: PreflightReport): string[] {
  return checks
    .filter(({ severity, outcome }) => severity === "error" && (outcome === "fail" || outcome === "unknown"))
    .map(({ id }) => id);
}

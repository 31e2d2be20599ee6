import { setTimeout } from "node:timers/promises";
import type { PreflightReport } from "../preflight/report";

/** The time between two runs, in milliseconds. */
const PAUSE_MS = 5_000;

/**
 * Runs preflight until the report is ok or the time is up, when the last run is made.
 *
 * @param look - one run
 * @param options.limitMs - how long to retry
 * @param options.say - called with what it waits for, whenever that changes
 * @returns the result of the last run
 * @throws the signal's reason when it is aborted, also between two runs
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

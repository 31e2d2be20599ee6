import { evaluate } from "./evaluate";
import { type GatherOptions, gatherFacts } from "./facts/gather-facts";
import type { PreflightReport } from "./report";

/**
 * Checks whether a source is ready: reads the facts and runs the checks.
 *
 * @throws the signal's reason when it is aborted; all problems of the source are in the report
 */
export async function runPreflight(options: GatherOptions): Promise<PreflightReport> {
  return evaluate(options.request, await gatherFacts(options));
}

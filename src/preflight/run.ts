import { evaluate } from "./evaluate";
import { type GatherOptions, gatherFacts } from "./facts/gather-facts";
import type { PreflightReport } from "./report";

/**
 * Checks whether a source is ready: reads the facts and judges them.
 *
 * @throws the signal's reason when it is aborted; whatever is wrong with the source stands in the report
 */
export async function runPreflight(options: GatherOptions): Promise<PreflightReport> {
  return evaluate(options.request, await gatherFacts(options));
}

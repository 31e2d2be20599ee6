import { appendFileSync, statSync } from "node:fs";
import { type Environment, variable } from "../comment/forge-endpoint";
import { UserError } from "../errors";

const SUMMARY = "The step's summary cannot be written";

/**
 * The largest summary of a step. GitHub shows nothing of a larger one.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
 */
const LARGEST_BYTES = 1024 ** 2;

/**
 * Adds a text to the summary of the step, a page that GitHub shows beside the log.
 *
 * @throws {UserError} outside of GitHub Actions, and if the summary would be too large or cannot be written
 */
export function writeStepSummary(environment: Environment, text: string): void {
  const name = "GITHUB_STEP_SUMMARY";
  const file = variable(environment, name);
  if (file === undefined)
    throw new UserError(SUMMARY, [
      { object: name, what: "is not set", fix: "leave out --summary outside of GitHub Actions" },
    ]);
  const addition = `${text}\n`;
  const size = sizeOf(file) + Buffer.byteLength(addition);
  if (size > LARGEST_BYTES)
    throw new UserError(SUMMARY, [
      {
        object: name,
        what: `would have ${size.toLocaleString("en-US")} bytes`,
        needed: `at most ${LARGEST_BYTES.toLocaleString("en-US")}`,
        fix: "pulumi-ardent review --for github writes a text that is short enough",
      },
    ]);
  try {
    appendFileSync(file, addition);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(SUMMARY, [{ object: file, what: `cannot be written (${code})` }], { cause: error });
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

import { UNKNOWN } from "../provider";

/**
 * What a preview says of a password, without anything of it.
 *
 * @param recorded - the one that was deployed last
 * @param wanted - the one of the program
 * @returns undefined if it stays
 */
export function passwordChange(recorded: unknown, wanted: unknown): string | undefined {
  if (recorded === undefined || wanted === undefined || recorded === wanted) return undefined;
  return wanted === UNKNOWN
    ? "password may be rotated: it is not known before the deployment"
    : "password rotated";
}

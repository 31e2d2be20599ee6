import { SHOWN_FINDINGS } from "../check/check";

/** Writes names in one line: the first {@link SHOWN_FINDINGS}, and the number of the others. */
export function joinNames(names: readonly string[]): string {
  const more = names.length - SHOWN_FINDINGS;
  return [...names.slice(0, SHOWN_FINDINGS), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

import { RE2JS } from "re2js";

/** The states that an expression may need at most: its length times its counted repetitions. */
const MAX_STATES = 1_000;

/**
 * Whether a regular expression of pg_hba.conf (16 and newer) matches a name; undefined if that is not certain.
 *
 * Postgres has its own syntax of regular expressions. Only those that mean the same for RE2 are evaluated: plain ASCII
 * letters, brackets without classes, groups, alternatives, anchors and repetitions. RE2 takes linear time, so no
 * expression can block preflight.
 *
 * @param pattern - without the leading slash
 * @see https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
 */
export function matchesExpression(pattern: string, name: string): boolean | undefined {
  if (!isReadAlike(pattern) || !ASCII.test(name)) return undefined;
  try {
    // In Postgres a dot matches every character, and all flags are off.
    return RE2JS.compile(pattern, RE2JS.DOTALL).matcher(name).find();
  } catch {
    return undefined;
  }
}

const ASCII = /^[\x20-\x7e]*$/;

/** One atom, anchor, bracket or repetition. Sticky: a character that begins none of them ends the scan. */
const PIECE = /[\w @#%&=<>~:;,'"!/-]|[.|)^$]|\((?!\?)|\[\^?[\w.@$-]+\]|(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/y;

function isReadAlike(pattern: string): boolean {
  let states = pattern.length;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < pattern.length) {
    if (states > MAX_STATES) return false;
    const piece = PIECE.exec(pattern);
    if (piece === null) return false;
    const [, least, most] = piece;
    if (least !== undefined) states *= Math.max(1, Number(least), Number(most || 0));
  }
  return states <= MAX_STATES;
}

import { RE2JS } from "re2js";

/** The states that an expression may need at most: its length times its counted repetitions. */
const MAX_STATES = 1_000;

/**
 * Whether a regular expression of pg_hba.conf (16 and newer) matches a name; undefined where that is not sure.
 *
 * Postgres has regular expressions of its own kind. Only what they and RE2 read alike is judged: plain ASCII letters,
 * brackets without classes, groups, alternatives, anchors and repetitions. RE2 takes linear time, so that no
 * expression can stop preflight.
 *
 * @param pattern - without the leading slash
 * @see https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
 */
export function matchesExpression(pattern: string, name: string): boolean | undefined {
  if (!isReadAlike(pattern) || !ASCII.test(name)) return undefined;
  try {
    // A dot of Postgres matches every character; all its flags are off.
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

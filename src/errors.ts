import { printableError } from "./printable-error";
import { printableLines, printableValue } from "./printable-text";

/**
 * One problem, with everything that a user needs to fix it.
 */
export interface Problem {
  /** What is wrong, as a sentence without a full stop. */
  readonly what: string;
  /** The object it is about: a property path, a role, a table, an address. */
  readonly object?: string;
  /** The value found. Never a secret. */
  readonly current?: string;
  /** The value needed. */
  readonly needed?: string;
  /** What to do: a sentence, a command or a statement to paste. */
  readonly fix?: string;
  /** The page that explains it. */
  readonly docs?: string;
}

/**
 * An error that the user can fix: it contains every problem found, not only the first.
 *
 * Any other error that is thrown is a bug in this package or in a library.
 */
export class UserError extends Error {
  override readonly name = "UserError";

  /**
   * @param summary - one line that says what could not be done
   * @param problems - every problem found, in the order a user would fix them
   * @param options - the error that caused this one, if there was one
   */
  constructor(
    readonly summary: string,
    readonly problems: readonly Problem[],
    options?: { cause?: unknown },
  ) {
    super(printableLines([printableValue(summary), ...problems.map(renderProblem)].join("\n")), {
      ...options,
      ...(options?.cause === undefined ? {} : { cause: printableError(options.cause) }),
    });
  }
}

/**
 * Writes a problem as indented lines: what, on which object, current, needed, fix, page. Each can contain text of a
 * server or a service; only the line breaks of a fix are kept.
 */
export function renderProblem(problem: Problem): string {
  const { object, what, current, needed, fix } = problem;
  const lines = [`- ${object === undefined ? "" : `${printableValue(object)}: `}${printableValue(what)}`];
  if (current !== undefined) lines.push(`    current: ${printableValue(current)}`);
  if (needed !== undefined) lines.push(`    needed:  ${printableValue(needed)}`);
  if (fix !== undefined)
    lines.push(`    fix:     ${fix.split("\n").map(printableValue).join("\n             ")}`);
  if (problem.docs !== undefined) lines.push(`    see:     ${problem.docs}`);
  return lines.join("\n");
}

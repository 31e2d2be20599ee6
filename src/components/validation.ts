import * as pulumi from "@pulumi/pulumi";
import { printableLines, printableValue } from "../printable-text";

/** A wrong value: the path of the property, and what is wrong with it. */
export interface PropertyProblem {
  readonly propertyPath: string;
  readonly reason: string;
}

/**
 * Throws every problem at once, as the engine shows them: each with its property's path.
 *
 * @param resource - what the arguments are for, such as `PostgresSource "shop"`
 * @throws {pulumi.InputPropertiesError} if there is a problem
 */
export function throwIfInvalid(resource: string, problems: readonly PropertyProblem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "an argument is" : `${problems.length} arguments are`;
  const errors = problems.map(({ propertyPath, reason }) => ({
    propertyPath: printableValue(propertyPath),
    reason: printableLines(reason),
  }));
  const list = errors.map(({ propertyPath, reason }) => `\n  - ${propertyPath}: ${reason}`);
  throw new pulumi.InputPropertiesError({
    message: printableLines(`${printableValue(resource)}: ${count} wrong${list.join("")}`),
    errors,
  });
}

/**
 * What is wrong with a name that has to be plain, because it decides which children exist.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS - longer names are
 *   cut by the server without a word
 */
export function nameProblems(propertyPath: string, name: unknown): readonly PropertyProblem[] {
  if (pulumi.Output.isInstance(name) || name instanceof Promise) {
    const reason = "must be a plain string, not an Output: it decides which resources exist";
    return [{ propertyPath, reason }];
  }
  if (typeof name !== "string" || name === "") return [{ propertyPath, reason: "must be a name" }];
  const bytes = Buffer.byteLength(name);
  if (bytes > 63) return [{ propertyPath, reason: `has ${bytes} bytes; PostgreSQL's names have at most 63` }];
  if (name.includes("\0")) return [{ propertyPath, reason: "holds the character NUL" }];
  return [];
}

/** What is wrong with the owners of a schema. */
export function ownerProblems(propertyPath: string, owners: unknown): readonly PropertyProblem[] {
  if (owners === undefined) return [];
  if (!Array.isArray(owners)) return [{ propertyPath, reason: "must be a list of role names" }];
  return owners.flatMap((owner, index) => [
    ...nameProblems(`${propertyPath}[${index}]`, owner),
    ...(owners.indexOf(owner) < index
      ? [{ propertyPath: `${propertyPath}[${index}]`, reason: `names ${JSON.stringify(owner)} again` }]
      : []),
  ]);
}

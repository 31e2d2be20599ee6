import * as pulumi from "@pulumi/pulumi";
import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import { UNKNOWN } from "../dynamic/provider";
import { inputProblems } from "../dynamic/runtime/input-problems";
import { printableLines, printableValue } from "../printable-text";

/**
 * Everything that is wrong with the plain values of a component's arguments, by the schemas of the dynamic resources'
 * inputs. Outputs are judged in the deployment.
 *
 * @param plain - paths of what decides which resources exist, and so cannot be an Output
 */
export function argumentProblems(
  schema: z.ZodType,
  args: object,
  plain: readonly string[] = [],
): CheckFailure[] {
  return inputProblems(schema, withUnknowns(args), plain);
}

/** The arguments as a preview hands them to a dynamic provider: Outputs as values that are not known yet. */
function withUnknowns(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUnknowns(item)]));
}

/**
 * Throws every problem at once, each with its property's path. The engine prints the message alone, without a stack.
 *
 * @param resource - what the arguments are for, such as `PostgresSource "shop"`
 * @throws {pulumi.RunError} if there is a problem
 */
export function throwIfInvalid(resource: string, problems: readonly CheckFailure[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 argument is" : `${problems.length} arguments are`;
  const list = problems.map(({ property, reason }) => `\n  - ${printableValue(property)}: ${reason}`);
  throw new pulumi.RunError(printableLines(`${printableValue(resource)}: ${count} invalid${list.join("")}`));
}

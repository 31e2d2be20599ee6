import * as pulumi from "@pulumi/pulumi";
import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import { UNKNOWN } from "../dynamic/provider";
import { inputProblems } from "../dynamic/runtime/input-problems";
import { printableLines, printableValue } from "../printable-text";
import { programError } from "./program-error";

/**
 * All problems of the plain values of a component's arguments, found with the schemas of the dynamic resources' inputs.
 * Outputs are validated during the deployment.
 *
 * @param plain - paths of values that decide which resources exist, and so cannot be Outputs
 */
export function argumentProblems(
  schema: z.ZodType,
  args: object,
  plain: readonly string[] = [],
): CheckFailure[] {
  return inputProblems(schema, withUnknowns(args), plain);
}

/** The arguments as a preview passes them to a dynamic provider: Outputs are unknown values. */
function withUnknowns(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUnknowns(item)]));
}

/**
 * Throws all problems at once, each with its property's path. The engine prints only the message, without a stack.
 *
 * @param resource - what the arguments are for, such as `PostgresSource "shop"`
 * @throws {pulumi.RunError} if there is a problem
 */
export function throwIfInvalid(resource: string, problems: readonly CheckFailure[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 argument is" : `${problems.length} arguments are`;
  const list = problems.map(({ property, reason }) => `\n  - ${printableValue(property)}: ${reason}`);
  throw programError(printableLines(`${printableValue(resource)}: ${count} invalid${list.join("")}`));
}

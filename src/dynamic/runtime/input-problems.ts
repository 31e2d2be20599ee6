import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import { propertyPath } from "./property-path";
import { unknownPropertyPaths } from "./unknown";

/**
 * All problems that a schema finds in inputs, each with its property's path, in the order of the schema. Unknown values
 * are validated during the deployment.
 *
 * @param plain - paths of values that must be known, including everything below them, because they decide which resources
 *   exist
 */
export function inputProblems(
  schema: z.ZodType,
  inputs: unknown,
  plain: readonly string[] = [],
): CheckFailure[] {
  const unknown = unknownPropertyPaths(inputs);
  const issues = schema.safeParse(inputs, { error: describeIssue }).error?.issues ?? [];
  return [
    ...issues
      .map(({ path, message }) => ({ property: propertyPath(path), reason: message }))
      .filter(({ property }) => !unknown.includes(property)),
    ...unknown
      .filter((property) => plain.some((root) => isWithin(property, root)))
      .map((property) => ({
        property,
        reason: "must be a plain value, not an Output: it decides which resources exist",
      })),
  ];
}

function isWithin(property: string, root: string): boolean {
  return property.startsWith(root) && /^(?:$|[.[])/.test(property.slice(root.length));
}

/** A problem of zod in our words; the value is shown only if it should be one of a few words. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}`;
    case "invalid_value":
      return `${JSON.stringify(issue.input)} is not one of ${issue.values.join(", ")}`;
    case "too_small":
      return issue.origin === "string" ? "is missing" : `must be at least ${issue.minimum}`;
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join("; ");
    default:
      return undefined;
  }
}

const TYPES: { readonly [type: string]: string } = {
  array: "a list",
  int: "a whole number",
  object: "an object",
  record: "an object",
};

import { UNKNOWN } from "../provider";
import { propertyPath } from "./property-path";

/**
 * The paths of unknown inputs, such as `source.host`: in a preview, outputs of other resources that are only known during
 * the deployment.
 */
export function unknownPropertyPaths(value: unknown, keys: readonly PropertyKey[] = []): readonly string[] {
  if (value === UNKNOWN) return [propertyPath(keys)];
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownPropertyPaths(item, [...keys, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownPropertyPaths(item, [...keys, key]));
}

import { UNKNOWN } from "../provider";
import { propertyPath } from "./property-path";

/**
 * The paths of the inputs that are not known yet, such as `source.host`: in a preview, what another resource
 * will only say in the deployment.
 */
export function unknownPropertyPaths(value: unknown, keys: readonly PropertyKey[] = []): readonly string[] {
  if (value === UNKNOWN) return [propertyPath(keys)];
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownPropertyPaths(item, [...keys, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownPropertyPaths(item, [...keys, key]));
}

import { UNKNOWN } from "../provider";

/**
 * The paths of the inputs that are not known yet, such as `source.host`: in a preview, what another resource
 * will only say in the deployment.
 */
export function unknownPropertyPaths(value: unknown, path = ""): readonly string[] {
  if (value === UNKNOWN) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    unknownPropertyPaths(item, path === "" ? key : `${path}.${key}`),
  );
}

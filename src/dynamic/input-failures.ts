import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import type { Properties } from "./provider";
import { unknownPaths } from "./unknown";

/**
 * Everything that is wrong with the inputs, those that are not known yet left out.
 *
 * The engine prints a failing property's value. So a password, and a whole group that may hold one, is not named as
 * the property but in the reason.
 */
export function inputFailures(schema: z.ZodType, news: Properties): CheckFailure[] {
  const parsed = schema.safeParse(news);
  if (parsed.success) return [];
  const unknown = unknownPaths(news);
  return parsed.error.issues
    .map(({ path, message }) => ({ path: path.map(String), message }))
    .filter(({ path }) => !unknown.includes(path.join(".")))
    .map(({ path, message }) =>
      isShowable(news, path)
        ? { property: path.join("."), reason: message }
        : { property: "", reason: `${path.join(".")}: ${message}` },
    );
}

function isShowable(news: Properties, path: readonly string[]): boolean {
  if (path.at(-1) === "password") return false;
  const value = path.reduce<unknown>((at, key) => (at as Properties | undefined)?.[key], news);
  return typeof value !== "object";
}

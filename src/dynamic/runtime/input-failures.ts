import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import type { Properties } from "../provider";
import { type Connections, cleartextFailures } from "../source/source-inputs";
import { unknownPropertyPaths } from "./unknown";

/**
 * Everything that is wrong with the inputs, those that are not known yet left out.
 *
 * The engine prints a failing property's value. So a password, and a whole group or a host - where somebody may
 * have written a URL that holds one - is not named as the property but in the reason.
 */
export function inputFailures(schema: z.ZodType, news: Properties): CheckFailure[] {
  const parsed = schema.safeParse(news);
  if (parsed.success) return isConnecting(parsed.data) ? cleartextFailures(parsed.data) : [];
  const unknown = unknownPropertyPaths(news);
  return parsed.error.issues
    .map(({ path, message }) => ({ property: path.join("."), reason: message }))
    .filter(({ property }) => !unknown.includes(property))
    .map((failure) =>
      HOLDS_PASSWORD.test(failure.property)
        ? { property: "", reason: `${failure.property}: ${failure.reason}` }
        : failure,
    );
}

const HOLDS_PASSWORD = /^(source|admin|role)(\.(password|host))?$/;

function isConnecting(inputs: unknown): inputs is Connections {
  return typeof inputs === "object" && inputs !== null && "source" in inputs;
}

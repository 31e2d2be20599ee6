import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import type { Properties } from "../provider";
import { cleartextProblems, isWay } from "../source/cleartext";
import { inputProblems } from "./input-problems";

/**
 * Everything that is wrong with the inputs of a dynamic resource, those that are not known yet left out.
 *
 * The engine prints a failing property's value. So a password, and a whole group or a host - where somebody may
 * have written a URL that holds one - is not named as the property but in the reason.
 */
export function inputFailures(schema: z.ZodType, news: Properties): CheckFailure[] {
  const { source, admin } = news;
  const ways = isWay(source) ? cleartextProblems(source, isWay(admin) ? { admin } : {}, "source.") : [];
  return [...inputProblems(schema, news), ...ways].map((failure) =>
    HOLDS_PASSWORD.test(failure.property)
      ? { property: "", reason: `${failure.property}: ${failure.reason}` }
      : failure,
  );
}

const HOLDS_PASSWORD = /^(source|admin|role)(\.(password|host))?$/;

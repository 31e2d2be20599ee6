import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";
import type { Properties } from "../provider";
import { cleartextProblems, isWay } from "../source/cleartext";
import { inputProblems } from "./input-problems";

/**
 * All problems of the inputs of a dynamic resource, except unknown ones.
 *
 * The engine prints the value of a failing property. So a password, and a group or a host (which could be a URL with a
 * password), is not set as the property, but named in the reason.
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

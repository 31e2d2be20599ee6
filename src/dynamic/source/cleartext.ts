import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import { renderProblem } from "../../errors";
import { hostProblem } from "../../postgres/connection-settings";
import { cleartextProblem } from "../../postgres/ssl-mode";
import { UNKNOWN } from "../provider";

/** Where a connection goes and how it is encrypted, as a program says it, before anything of it was judged. */
export interface Way {
  readonly host?: unknown;
  readonly sslMode?: unknown;
}

interface Place {
  /** The property that says how it is encrypted. */
  readonly property: string;
}

/** Whether a value can be looked into for a way. */
export function isWay(value: unknown): value is Way {
  return typeof value === "object" && value !== null;
}

/**
 * What is wrong with ways in plain text that were not confirmed. What is not known yet, and what is wrong already, is not
 * judged.
 *
 * @param source - Ardent's way
 * @param users - this runner's ways by property, where they are others than Ardent's
 * @param path - the source's path, with the dot that follows it
 */
export function cleartextProblems(
  source: Way & { readonly allowCleartext?: unknown },
  users: { readonly [property: string]: Way | undefined },
  path = "",
): CheckFailure[] {
  const { allowCleartext: allowed } = source;
  if (allowed !== undefined && typeof allowed !== "boolean") return [];
  const atSource = `${path}sslMode`;
  const others = Object.entries(users).flatMap(([user, { host, sslMode } = {}]): (Way & Place)[] => {
    if (sslMode !== undefined) return [{ host: host ?? source.host, sslMode, property: `${user}.sslMode` }];
    const same = host === undefined || host === source.host;
    return same ? [] : [{ host, sslMode: source.sslMode, property: atSource }];
  });
  return [{ ...source, property: atSource }, ...others].flatMap(({ host, sslMode, property }) => {
    if (typeof host !== "string" || host === UNKNOWN || hostProblem(host) !== undefined) return [];
    if (sslMode !== "disable") return [];
    const problem = cleartextProblem({ host, sslMode }, { object: property, allowed });
    return problem === undefined
      ? []
      : [{ property, reason: renderProblem({ ...problem, object: undefined }) }];
  });
}

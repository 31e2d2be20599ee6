import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import { renderProblem } from "../../errors";
import { hostProblem } from "../../postgres/connection-settings";
import { cleartextProblem } from "../../postgres/ssl-mode";
import { UNKNOWN } from "../provider";

/** The host and the mode of a connection, as in the program, before validation. */
export interface Way {
  readonly host?: unknown;
  readonly sslMode?: unknown;
}

interface Place {
  /** The property of its mode. */
  readonly property: string;
}

/** Whether a value can be looked into for a way. */
export function isWay(value: unknown): value is Way {
  return typeof value === "object" && value !== null;
}

/**
 * The problems of unconfirmed plain-text connections. Unknown and otherwise invalid values are ignored.
 *
 * @param source - Ardent's connection
 * @param users - this runner's connections by property, if they differ from Ardent's
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

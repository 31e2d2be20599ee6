import { SqlState } from "../../postgres/sqlstate";
import type { Creatable } from "../request";
import type { ConnectionFacts, LoginAttempt } from "./connection";
import type { Evidence } from "./evidence";

/**
 * A login that fails for want of what this deployment may create is tried again in it: nothing can be said before.
 *
 * @param mayCreate - a server that is created may still be another one, with other users, or none
 */
export function orAwaitedLogin(
  attempt: Evidence<LoginAttempt>,
  mayCreate: Creatable | undefined,
): Evidence<LoginAttempt> {
  if (mayCreate === "server" && attempt.kind === "unknown") return awaited(attempt.reason);
  if (attempt.kind !== "read" || attempt.value.outcome === "accepted") return attempt;
  const { code, problem } = attempt.value;
  const isAwaited = mayCreate !== undefined && MADE_WITH[mayCreate].includes(code);
  return isAwaited ? awaited(problem.what) : attempt;
}

/** Whether the server is there, and the database is not. */
export function isWithoutDatabase(attempt: Evidence<LoginAttempt>): boolean {
  return (
    attempt.kind === "read" &&
    attempt.value.outcome === "refused" &&
    attempt.value.code === SqlState.invalidCatalogName
  );
}

/** The same of the way there, where the server itself may be created. */
export function orAwaitedNetwork<T extends Pick<ConnectionFacts, "ipv4" | "tcp" | "tls">>(
  network: T,
  mayCreate: Creatable | undefined,
): Pick<ConnectionFacts, "ipv4" | "tcp" | "tls"> {
  if (mayCreate !== "server") return network;
  const { ipv4, tcp, tls } = network;
  const unreached =
    tcp.kind === "read" && tcp.value.errorCode !== undefined
      ? `${tcp.value.address}:${tcp.value.port} cannot be reached from this machine (${tcp.value.errorCode})`
      : undefined;
  return {
    ipv4: unresolved(ipv4) ?? ipv4,
    tcp: unreached === undefined ? (tcp.kind === "unknown" ? awaited(tcp.reason) : tcp) : awaited(unreached),
    tls: tls.kind === "unknown" ? awaited(tls.reason) : tls,
  };
}

function unresolved(ipv4: ConnectionFacts["ipv4"]): Awaited | undefined {
  if (ipv4.kind === "unknown") return awaited(ipv4.reason);
  const isMissing = ipv4.kind === "read" && ipv4.value.addresses.length === 0 && !ipv4.value.ipv6;
  return isMissing ? awaited("the host has no address") : undefined;
}

/** The SQLSTATEs of a login that are answered by creating something. */
const MADE_WITH: { readonly [what in Creatable]: readonly string[] } = {
  server: [SqlState.invalidCatalogName, SqlState.invalidPassword, SqlState.invalidAuthorizationSpecification],
  database: [SqlState.invalidCatalogName],
  contents: [],
  role: [],
};

type Awaited = Extract<Evidence<never>, { kind: "awaited" }>;

function awaited(reason: string): Awaited {
  return { kind: "awaited", reason, waitsFor: "creation" };
}

import type { ConnectionFacts } from "./connection";
import type { Evidence } from "./evidence";

type Reached = Pick<ConnectionFacts, "ipv4" | "tcp" | "tls" | "admin">;

/**
 * A source that cannot be reached is one cause with several effects: TLS and the login fail too. The effects keep their
 * reasons, and name the check that reports the cause.
 *
 * @param usedByRunner - whether the runner logs in at the source's own address
 */
export function withOneCause(facts: Reached, usedByRunner: boolean): Reached {
  const cause = usedByRunner ? causeOf(facts) : undefined;
  const { admin, tls } = facts;
  return {
    ...facts,
    admin: effectOf(cause, admin),
    tls: effectOf(cause ?? (admin.kind === "unknown" ? "login" : undefined), tls),
  };
}

function causeOf({ ipv4, tcp }: Reached): string | undefined {
  if (tcp.kind === "read") return tcp.value.errorCode === undefined ? undefined : "tcp-reachable";
  const hasNoAddress = ipv4.kind === "read" && ipv4.value.addresses.length === 0 && !ipv4.value.ipv6;
  return ipv4.kind === "unknown" || hasNoAddress ? "ipv4-address" : undefined;
}

function effectOf<T>(cause: string | undefined, evidence: Evidence<T>): Evidence<T> {
  return cause === undefined || evidence.kind !== "unknown" ? evidence : { ...evidence, needs: cause };
}

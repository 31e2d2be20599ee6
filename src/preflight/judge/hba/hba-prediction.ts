import {
  type HbaColumn,
  type HbaDecision,
  type HbaRule,
  type HbaSession,
  hasLineFor,
  matchHba,
  mismatchedColumns,
} from "../../../postgres/hba";
import type { JudgeInput } from "../../check/define-check";
import { awaitedValue, type Evidence } from "../../facts/evidence";
import type { HbaFacts } from "../../facts/hba";
import type { ServerFacts } from "../../facts/server";
import { notKnownOf, type PreflightRequest } from "../../request";

/** The decision of pg_hba.conf about Ardent, which connects from its egress IP as the role. */
export type HbaPrediction = HbaForecast & {
  /** The non-matching lines before the one that decides, in their order. */
  readonly nonMatchingRules: readonly NonMatchingRule[];
};

/** A line that does not match. */
export interface NonMatchingRule {
  readonly rule: HbaRule;
  /** The columns that do not match. Empty if the line has no effect, or if it is unknown whether it matches. */
  readonly columns: readonly HbaColumn[];
}

type HbaForecast =
  | { readonly kind: "accepted"; readonly rule: HbaRule; readonly method: string }
  /** No password is needed: it works, but is insecure. */
  | { readonly kind: "trusted"; readonly rule: HbaRule }
  | { readonly kind: "refused"; readonly rule?: HbaRule; readonly reason: string }
  | { readonly kind: "undecided"; readonly rule: HbaRule; readonly reason: string };

/** The session, and whether the role is a superuser, for whom our fixes always require TLS. */
export type HbaInput = JudgeInput<never, "hba" | "server" | "access">;

/**
 * Predicts whether pg_hba.conf allows Ardent.
 *
 * @param session - `sql`, `replication-database` for a logical WAL sender, or `replication` for a physical one
 */
export function predictHba(
  { request, hba, server }: Omit<HbaInput, "access">,
  session: HbaSession["kind"],
): Evidence<HbaPrediction> {
  const properties = notKnownOf(request, ["egressIp", "source.sslMode"]);
  if (properties.length > 0) return awaitedValue(properties);
  if (request.egressIp === undefined)
    return {
      kind: "skipped",
      reason: "pg_hba.conf cannot be checked without Ardent's egress IP",
      missing: "egress-ip",
    };
  if (hba.kind !== "read") return hba;
  if (server.kind !== "read") return server;
  const { rules } = hba.value;
  const asked = sessionOf(request, hba.value, server.value, session, request.egressIp);
  const forecast = predict(matchHba(rules, asked));
  const before = rulesBefore(forecast.rule, rules);
  const columns = mismatchedColumns(before, asked);
  const nonMatchingRules = before.map((rule, index) => ({ rule, columns: columns[index] ?? [] }));
  return { kind: "read", value: { ...forecast, nonMatchingRules } };
}

/**
 * Whether pg_hba.conf has a line that accepts the role's md5 password, from any address.
 */
export function hasLineForMd5({ request, hba, server }: Omit<HbaInput, "access">): Evidence<boolean> {
  if (hba.kind !== "read") return hba;
  if (server.kind !== "read") return server;
  const asked = sessionOf(request, hba.value, server.value, "sql", "0.0.0.0");
  return { kind: "read", value: hasLineFor(hba.value.rules, asked, MD5_METHODS) };
}

function sessionOf(
  { source, plan, tls }: PreflightRequest,
  { memberships, serverAddress }: HbaFacts,
  { version }: ServerFacts,
  kind: HbaSession["kind"],
  address: string,
): HbaSession {
  return {
    kind,
    database: source.database,
    role: plan.role.name,
    memberships,
    address,
    ...(serverAddress === undefined ? {} : { serverAddress }),
    tls,
    serverVersionNum: version.number,
  };
}

/** If any line cannot be read, the server rejects the whole file: so it comes before all others. */
function rulesBefore(rule: HbaRule | undefined, rules: readonly HbaRule[]): readonly HbaRule[] {
  if (rule === undefined) return rules;
  return rule.type === null ? [] : rules.slice(0, rules.indexOf(rule));
}

function predict(decision: HbaDecision): HbaForecast {
  const undecided: Extract<HbaDecision, { decision: "undecided" }>[] = [];
  let last = decision;
  for (; last.decision === "undecided"; last = last.otherwise) undecided.push(last);
  const decided: HbaForecast =
    last.decision === "none"
      ? { kind: "refused", reason: "no matching line" }
      : byMethod(last.rule, last.method);
  return undecided.reduceRight<HbaForecast>((otherwise, { rule, reason }) => {
    const matching = byMethod(rule, rule.authMethod ?? "");
    // The decision may be the same whether or not the rule matches; a new line goes above this one.
    return matching.kind === otherwise.kind && rule.type !== null
      ? matching
      : { kind: "undecided", rule, reason };
  }, decided);
}

function byMethod(rule: HbaRule, method: string): HbaForecast {
  if (method === "trust") return { kind: "trusted", rule };
  const certificate = rule.options?.find((option) => /^clientcert=verify-(ca|full)$/.test(option));
  if (certificate !== undefined)
    return { kind: "refused", rule, reason: `the line asks for a client certificate (${certificate})` };
  if (PASSWORD_METHODS.has(method)) return { kind: "accepted", rule, method };
  if (FOREIGN_METHODS.has(method))
    return { kind: "undecided", rule, reason: `the line has ${method} check the password` };
  return {
    kind: "refused",
    rule,
    reason:
      method === "reject" ? "the line's method is reject" : `the line asks for ${method}, not for a password`,
  };
}

/** Methods that check the role's own password. */
const PASSWORD_METHODS: ReadonlySet<string> = new Set(["scram-sha-256", "md5", "password"]);
/** Methods that accept a password stored as md5. */
const MD5_METHODS: ReadonlySet<string> = new Set(["md5", "password", "trust"]);
/** Methods with which another service checks the password. */
const FOREIGN_METHODS: ReadonlySet<string> = new Set(["ldap", "pam", "radius", "bsd"]);

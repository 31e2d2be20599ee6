import {
  type HbaColumn,
  type HbaDecision,
  type HbaRule,
  type HbaSession,
  matchHba,
  mismatchedColumns,
} from "../postgres/hba";
import type { CheckInput } from "./check";
import type { Read } from "./facts";

/** What pg_hba.conf will say to Ardent, coming from its egress IP as the role. */
export type HbaPrediction = HbaForecast & {
  /** The lines that the server passes over before it decides, in its order. */
  readonly passedOver: readonly PassedOver[];
};

/** A line that does not match. */
export interface PassedOver {
  readonly rule: HbaRule;
  /** Why: the columns that do not. Empty where the line cannot work, or may match after all. */
  readonly columns: readonly HbaColumn[];
}

type HbaForecast =
  | { readonly kind: "accepted"; readonly rule: HbaRule; readonly method: string }
  /** Nobody needs a password: it works, and it is not what anybody wants. */
  | { readonly kind: "trusted"; readonly rule: HbaRule }
  | { readonly kind: "refused"; readonly rule?: HbaRule; readonly reason: string }
  | { readonly kind: "undecided"; readonly rule: HbaRule; readonly reason: string };

/**
 * Predicts whether pg_hba.conf lets Ardent in.
 *
 * @param session - `sql`, `replication-database` for a logical walsender, or `replication` for a physical one
 */
export function predictHba({ request, facts }: CheckInput, session: HbaSession["kind"]): Read<HbaPrediction> {
  const { hba, server } = facts;
  if (request.egressIp === undefined)
    return {
      kind: "skipped",
      reason: "without Ardent's egress IP pg_hba.conf cannot be judged",
    };
  if (hba.kind !== "read") return hba;
  if (server.kind !== "read") return server;
  const { rules, memberships } = hba.value;
  const asked: HbaSession = {
    kind: session,
    database: request.source.database,
    role: request.role,
    memberships,
    address: request.egressIp,
    tls: request.tls,
    serverVersionNum: server.value.version.number,
  };
  const forecast = predict(matchHba(rules, asked));
  const passedOver = rulesBefore(forecast.rule, rules).map((rule) => ({
    rule,
    columns: mismatchedColumns(rule, asked),
  }));
  return { kind: "read", value: { ...forecast, passedOver } };
}

/** A line that cannot be read stops the server wherever it stands: no line comes before it. */
function rulesBefore(rule: HbaRule | undefined, rules: readonly HbaRule[]): readonly HbaRule[] {
  if (rule === undefined) return rules;
  return rule.type === null ? [] : rules.slice(0, rules.indexOf(rule));
}

function predict(decision: HbaDecision): HbaForecast {
  if (decision.decision === "none") return { kind: "refused", reason: "no line of pg_hba.conf matches" };
  if (decision.decision === "match") return byMethod(decision.rule, decision.method);
  const { rule, reason } = decision;
  const matching = byMethod(rule, rule.authMethod ?? "");
  // Whether or not the rule matches, the answer may be the same; a line that is to decide goes above this one.
  return matching.kind === predict(decision.otherwise).kind && rule.type !== null
    ? matching
    : { kind: "undecided", rule, reason };
}

function byMethod(rule: HbaRule, method: string): HbaForecast {
  if (method === "trust") return { kind: "trusted", rule };
  const certificate = rule.options?.find((option) => /^clientcert=verify-(ca|full)$/.test(option));
  if (certificate !== undefined)
    return { kind: "refused", rule, reason: `the line asks for a client certificate (${certificate})` };
  if (PASSWORD_METHODS.has(method)) return { kind: "accepted", rule, method };
  if (FOREIGN_METHODS.has(method))
    return { kind: "undecided", rule, reason: `the line leaves the password to ${method}` };
  return {
    kind: "refused",
    rule,
    reason: method === "reject" ? "the line rejects" : `the line asks for ${method}, not for a password`,
  };
}

/** Methods that take the role's own password. */
const PASSWORD_METHODS: ReadonlySet<string> = new Set(["scram-sha-256", "md5", "password"]);
/** Methods that take a password which Postgres does not know. */
const FOREIGN_METHODS: ReadonlySet<string> = new Set(["ldap", "pam", "radius", "bsd"]);

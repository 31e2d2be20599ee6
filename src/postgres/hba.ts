import ipaddr from "ipaddr.js";

/** One row of pg_hba_file_rules. */
export interface HbaRule {
  /** The file and line, such as "pg_hba.conf:12". */
  readonly where: string;
  /** Null when the line cannot be read; then the server refuses the whole file. */
  readonly type: string | null;
  readonly database: readonly string[] | null;
  readonly userName: readonly string[] | null;
  readonly address: string | null;
  readonly netmask: string | null;
  readonly authMethod: string | null;
  readonly options: readonly string[] | null;
  readonly error: string | null;
}

/** A session that somebody wants to open over TCP. */
export interface HbaSession {
  /**
   * A logical walsender (replication=database) is judged by the database's lines, not by `replication` ones; a
   * physical one (`replication`) by the latter only.
   */
  readonly kind: "sql" | "replication-database" | "replication";
  readonly database: string;
  readonly role: string;
  /** The roles that the role is a member of, directly or not; a superuser is not a member of all. */
  readonly memberships: readonly string[];
  /** The client's address as the server sees it. */
  readonly address: string;
  readonly tls: boolean;
  /** Regular expressions exist from 16 on. */
  readonly serverVersionNum: number;
}

/** What pg_hba.conf says to a session. */
export type HbaDecision =
  | { readonly decision: "match"; readonly rule: HbaRule; readonly method: string }
  /** No line matches: the server refuses. */
  | { readonly decision: "none" }
  | {
      readonly decision: "undecided";
      readonly rule: HbaRule;
      /** Why it cannot be told from here whether the rule matches. */
      readonly reason: string;
      /** What holds if the rule does not match. */
      readonly otherwise: HbaDecision;
    };

/**
 * Predicts which line of pg_hba.conf decides a session.
 *
 * The first line whose type, address, database and user match decides; the server never goes on to the next.
 *
 * @param rules - in the order in which the server tries them
 * @see https://www.postgresql.org/docs/current/auth-pg-hba-conf.html and check_hba in hba.c
 */
export function matchHba(rules: readonly HbaRule[], session: HbaSession): HbaDecision {
  const unreadable = rules.find((rule) => rule.type === null);
  if (unreadable !== undefined) {
    const reason = `${unreadable.where} cannot be read (${unreadable.error}), so the server refuses the file and keeps the rules it had`;
    const otherwise = matchHba(
      rules.filter((rule) => rule.type !== null),
      session,
    );
    return { decision: "undecided", rule: unreadable, reason, otherwise };
  }
  for (const [index, rule] of rules.entries()) {
    const answer = matchRule(rule, session);
    if (answer === true) return { decision: "match", rule, method: rule.authMethod ?? "" };
    if (answer !== false) {
      const otherwise = matchHba(rules.slice(index + 1), session);
      return { decision: "undecided", rule, reason: answer.undecided, otherwise };
    }
  }
  return { decision: "none" };
}

/** A column that a line is matched by. */
export type HbaColumn = "type" | "database" | "user" | "address";

/** The columns for which a line does not match a session, in their order in the file. */
export function mismatchedColumns(rule: HbaRule, session: HbaSession): HbaColumn[] {
  return Object.entries(matchColumns(rule, session))
    .filter(([, answer]) => answer === false)
    .map(([column]) => column as HbaColumn);
}

/** Ranges whose addresses may be the server's neighbours. */
const LOCAL_RANGES = new Set<string>(["loopback", "private", "linkLocal", "uniqueLocal", "carrierGradeNat"]);

/** Yes, no, or why it cannot be told. */
type Answer = boolean | { readonly undecided: string };

function matchRule(rule: HbaRule, session: HbaSession): Answer {
  // A rule that is valid but cannot work, such as hostssl on a server without ssl, is loaded and never matches.
  if (rule.error !== null) return false;
  return all(Object.values(matchColumns(rule, session)));
}

function matchColumns(rule: HbaRule, session: HbaSession): { readonly [column in HbaColumn]: Answer } {
  return {
    type: matchType(rule.type, session),
    database: any((rule.database ?? []).map((token) => matchDatabase(token, session))),
    user: any((rule.userName ?? []).map((token) => matchUser(token, session))),
    address: matchAddress(rule, session),
  };
}

function matchType(type: string | null, { tls }: HbaSession): boolean {
  if (type === "host" || type === "hostnogssenc") return true;
  return tls ? type === "hostssl" : type === "hostnossl";
}

function matchAddress({ address, netmask }: HbaRule, session: HbaSession): Answer {
  if (address === null) return false;
  if (address === "all") return true;
  const client = ipaddr.parse(session.address);
  if (address === "samehost" || address === "samenet") {
    // A client elsewhere on the internet shares no network with the server.
    if (!LOCAL_RANGES.has(client.range())) return false;
    return { undecided: `${address} depends on the server's own addresses` };
  }
  if (netmask === null || !ipaddr.isValid(address) || !ipaddr.isValid(netmask))
    return { undecided: `whether ${session.address} is ${address} depends on the server's DNS` };
  const network = ipaddr.parse(address);
  if (network.kind() !== client.kind()) return false;
  const mask = ipaddr.parse(netmask).toByteArray();
  const [ours, theirs] = [client.toByteArray(), network.toByteArray()];
  return mask.every((byte, i) => ((ours[i] ?? 0) & byte) === ((theirs[i] ?? 0) & byte));
}

function matchDatabase(token: string, session: HbaSession): Answer {
  if (session.kind === "replication") return token === "replication";
  switch (token) {
    case "all":
      return true;
    case "sameuser":
      return session.database === session.role || maybeQuoted(token, session.database);
    case "samerole":
    case "samegroup":
      return isMember(session, session.database) || maybeQuoted(token, session.database);
    case "replication":
      // Stands for physical walsenders only.
      return maybeQuoted(token, session.database);
    default:
      return matchName(token, session.database, session);
  }
}

function matchUser(token: string, session: HbaSession): Answer {
  if (token === "all") return true;
  if (token.startsWith("+")) return isMember(session, token.slice(1)) || maybeQuoted(token, session.role);
  return matchName(token, session.role, session);
}

/** Quotes make a keyword a plain name, and the view does not show them. */
function maybeQuoted(keyword: string, name: string): Answer {
  return keyword === name ? { undecided: `whether ${keyword} is quoted in the file is not shown` } : false;
}

function isMember({ role, memberships }: HbaSession, group: string): boolean {
  return role === group || memberships.includes(group);
}

function matchName(token: string, name: string, { serverVersionNum }: HbaSession): Answer {
  if (!token.startsWith("/") || serverVersionNum < 160000) return token === name;
  const pattern = token.slice(1);
  const undecided = { undecided: `the regular expression ${token} is Postgres' own kind` };
  // Escapes, directives, look-arounds and bracket classes differ between Postgres' expressions and ours.
  if (/\\|\(\?|\[[:.=]|^\*\*\*/.test(pattern)) return undecided;
  try {
    return new RegExp(pattern, "u").test(name);
  } catch {
    return undecided;
  }
}

function all(answers: readonly Answer[]): Answer {
  return answers.find((answer) => answer === false) ?? answers.find((answer) => answer !== true) ?? true;
}

function any(answers: readonly Answer[]): Answer {
  return answers.find((answer) => answer === true) ?? answers.find((answer) => answer !== false) ?? false;
}

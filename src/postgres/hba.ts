import ipaddr from "ipaddr.js";
import { matchesExpression } from "./hba-expression";

/** One row of pg_hba_file_rules. */
export interface HbaRule {
  /** The file and line, such as "pg_hba.conf:12". */
  readonly where: string;
  /** The number of the last line, where backslashes continue it; undefined where that is not so, or not known. */
  readonly lastLine?: number;
  /** Which tokens the file has in quotes; undefined where the file itself could not be read. */
  readonly quoted?: HbaQuotes;
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

/** Whether each token begins with a quote: then it is a plain name and not a keyword. Null if that is not known. */
export interface HbaQuotes {
  readonly database: readonly (boolean | null)[];
  readonly userName: readonly (boolean | null)[];
  readonly address: boolean;
}

/** A session to be opened over TCP. */
export interface HbaSession {
  /**
   * For a logical WAL sender (replication=database) the lines with the database's name count, not those with
   * `replication`; for a physical one (`replication`) only the latter.
   */
  readonly kind: "sql" | "replication-database" | "replication";
  readonly database: string;
  readonly role: string;
  /** The roles that the role is a member of, directly or not; a superuser is not a member of all. */
  readonly memberships: readonly string[];
  /** The client's address as the server sees it. */
  readonly address: string;
  /** An address of the server itself; undefined when none is known. */
  readonly serverAddress?: string;
  readonly tls: boolean;
  /** Regular expressions exist from 16 on. */
  readonly serverVersionNum: number;
}

/** The decision of pg_hba.conf about a session. */
export type HbaDecision =
  | { readonly decision: "match"; readonly rule: HbaRule; readonly method: string }
  /** No line matches: the server rejects the session. */
  | { readonly decision: "none" }
  | {
      readonly decision: "undecided";
      readonly rule: HbaRule;
      /** Why it is unknown whether the rule matches. */
      readonly reason: string;
      /** The decision if the rule does not match. */
      readonly otherwise: HbaDecision;
    };

/**
 * Predicts which line of pg_hba.conf decides a session.
 *
 * The first line whose type, address, database and user match decides; the server ignores the following ones.
 *
 * @param rules - in the order in which the server tries them
 * @see https://www.postgresql.org/docs/current/auth-pg-hba-conf.html and check_hba in hba.c
 */
export function matchHba(rules: readonly HbaRule[], session: HbaSession): HbaDecision {
  const context = { session, expressions: new ExpressionBudget() };
  const undecided: { readonly rule: HbaRule; readonly reason: string }[] = [];
  const unreadable = rules.find((rule) => rule.type === null);
  if (unreadable !== undefined) {
    const reason = `${unreadable.where} cannot be read (${unreadable.error}), so the server rejected the file and kept its previous rules`;
    undecided.push({ rule: unreadable, reason });
  }
  let decided: HbaDecision = { decision: "none" };
  for (const rule of rules) {
    const answer = matchRule(rule, context);
    if (answer === true) {
      decided = { decision: "match", rule, method: rule.authMethod ?? "" };
      break;
    }
    if (answer !== false) undecided.push({ rule, reason: answer.undecided });
  }
  return undecided.reduceRight<HbaDecision>(
    (otherwise, { rule, reason }) => ({ decision: "undecided", rule, reason, otherwise }),
    decided,
  );
}

/** A column of a line that has to match. */
export type HbaColumn = "type" | "database" | "user" | "address";

/** For each line the columns that do not match a session, in their order in the file. */
export function mismatchedColumns(rules: readonly HbaRule[], session: HbaSession): HbaColumn[][] {
  const context = { session, expressions: new ExpressionBudget() };
  return rules.map((rule) =>
    Object.entries(matchColumns(rule, context))
      .filter(([, answer]) => answer === false)
      .map(([column]) => column as HbaColumn),
  );
}

/** Whether any line allows the role in that database with one of the methods, from any address. */
export function hasLineFor(
  rules: readonly HbaRule[],
  session: HbaSession,
  methods: ReadonlySet<string>,
): boolean {
  const context = { session, expressions: new ExpressionBudget() };
  return rules.some((rule) => {
    if (rule.error !== null || !methods.has(rule.authMethod ?? "")) return false;
    const { type, database, user } = matchColumns(rule, context);
    return all([type, database, user]) !== false;
  });
}

/** Private ranges: their addresses can be in the server's own network. */
const LOCAL_RANGES = new Set<string>(["private", "linkLocal", "uniqueLocal", "carrierGradeNat"]);

/** Yes, no, or why it is unknown. */
type Answer = boolean | { readonly undecided: string };

/** What the lines of one file are matched against. */
interface Context {
  readonly session: HbaSession;
  readonly expressions: ExpressionBudget;
}

/** How many regular expressions of one file are evaluated. */
const MAX_EXPRESSIONS = 100;

/** Evaluates the regular expressions of one file, up to a limit, so that this does not take long. */
class ExpressionBudget {
  private tried = 0;

  matches(pattern: string, name: string): boolean | undefined {
    this.tried += 1;
    return this.tried > MAX_EXPRESSIONS ? undefined : matchesExpression(pattern, name);
  }
}

function matchRule(rule: HbaRule, context: Context): Answer {
  // A rule that is valid but cannot work, such as hostssl on a server without ssl, is loaded and never matches.
  if (rule.error !== null) return false;
  return all(Object.values(matchColumns(rule, context)));
}

function matchColumns(rule: HbaRule, context: Context): { readonly [column in HbaColumn]: Answer } {
  const { session } = context;
  const { quoted } = rule;
  return {
    type: matchType(rule.type, session),
    database: any(
      (rule.database ?? []).map((token, i) => matchDatabase(token, quoted?.database[i], context)),
    ),
    user: any((rule.userName ?? []).map((token, i) => matchUser(token, quoted?.userName[i], context))),
    address: matchAddress(rule, session),
  };
}

function matchType(type: string | null, { tls }: HbaSession): boolean {
  if (type === "host" || type === "hostnogssenc") return true;
  return tls ? type === "hostssl" : type === "hostnossl";
}

function matchAddress({ address, netmask, quoted }: HbaRule, session: HbaSession): Answer {
  if (address === null) return false;
  const dns = { undecided: `the line matches by host name (${address}), which only the server can resolve` };
  if (netmask === null && ADDRESS_KEYWORDS.has(address))
    return asKeyword(address, quoted?.address, matchOwnAddresses(address, session), dns);
  if (netmask === null || !ipaddr.isValid(address) || !ipaddr.isValid(netmask)) return dns;
  const client = ipaddr.parse(session.address);
  const network = ipaddr.parse(address);
  if (network.kind() !== client.kind()) return false;
  const mask = ipaddr.parse(netmask).toByteArray();
  const [ours, theirs] = [client.toByteArray(), network.toByteArray()];
  return mask.every((byte, i) => ((ours[i] ?? 0) & byte) === ((theirs[i] ?? 0) & byte));
}

const ADDRESS_KEYWORDS: ReadonlySet<string> = new Set(["all", "samehost", "samenet"]);

/** `samehost` and `samenet` include every address of the server; preflight knows at most one of them. */
function matchOwnAddresses(keyword: string, { address, serverAddress }: HbaSession): Answer {
  if (keyword === "all" || address === serverAddress) return true;
  const range = ipaddr.parse(address).range();
  if (range === "loopback") {
    // Every system has 127.0.0.1/8.
    if (keyword === "samenet" || address === "127.0.0.1") return true;
  } else if (!LOCAL_RANGES.has(range)) {
    // A client elsewhere on the internet shares no network with the server.
    return false;
  }
  return { undecided: `${keyword} depends on the server's own network addresses` };
}

function matchDatabase(token: string, quoted: boolean | null | undefined, context: Context): Answer {
  const { session } = context;
  const { database, role, kind } = session;
  // For physical WAL senders no other token and no name counts.
  if (kind === "replication") return token === "replication" && asKeyword(token, quoted, true, false);
  const name = token === database;
  switch (token) {
    case "all":
      return asKeyword(token, quoted, true, name);
    case "sameuser":
      return asKeyword(token, quoted, database === role, name);
    case "samerole":
    case "samegroup":
      return asKeyword(token, quoted, isMember(session, database), name);
    case "replication":
      return asKeyword(token, quoted, false, name);
    default:
      return matchName(token, database, context);
  }
}

function matchUser(token: string, quoted: boolean | null | undefined, context: Context): Answer {
  const { session } = context;
  const name = token === session.role;
  if (token === "all") return asKeyword(token, quoted, true, name);
  if (token.startsWith("+")) return asKeyword(token, quoted, isMember(session, token.slice(1)), name);
  return matchName(token, session.role, context);
}

/** Quotes make a keyword a plain name, and pg_hba_file_rules leaves them out. */
function asKeyword(token: string, quoted: boolean | null | undefined, keyword: Answer, name: Answer): Answer {
  if (typeof quoted === "boolean") return quoted ? name : keyword;
  if (keyword === name) return name;
  return {
    undecided: `${token} is a plain name if it is in quotes, which only a user who may read the file can see`,
  };
}

function isMember({ role, memberships }: HbaSession, group: string): boolean {
  return role === group || memberships.includes(group);
}

function matchName(token: string, name: string, { session, expressions }: Context): Answer {
  // With a leading slash it is a regular expression, even in quotes.
  if (!token.startsWith("/") || session.serverVersionNum < 160000) return token === name;
  return (
    expressions.matches(token.slice(1), name) ?? {
      undecided: "only Postgres can evaluate its regular expression reliably",
    }
  );
}

function all(answers: readonly Answer[]): Answer {
  return answers.find((answer) => answer === false) ?? answers.find((answer) => answer !== true) ?? true;
}

function any(answers: readonly Answer[]): Answer {
  return answers.find((answer) => answer === true) ?? answers.find((answer) => answer !== false) ?? false;
}

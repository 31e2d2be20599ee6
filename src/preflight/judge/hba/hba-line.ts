import { valueIfRead } from "../../facts/evidence";
import { roleIsSuperuser } from "../role-is-superuser";
import type { HbaInput, HbaPrediction } from "./hba-prediction";

/** The first version in which a name can be a regular expression. */
const EXPRESSIONS_FROM = 160_000;

/**
 * Says which line of pg_hba.conf allows Ardent, and where to add it.
 *
 * @param database - the source's database, or physical replication
 * @param place - "above pg_hba.conf:4"
 */
export function addLine(input: HbaInput, database: "source database" | "replication", place: string): string {
  const { plan, source } = input.request;
  const role = plan.role.name;
  const name = database === "replication" ? database : hbaName(source.database, input);
  const mustUseTls = !input.request.tls && isForSuperuser(input);
  const type = input.request.tls || mustUseTls ? "hostssl" : "host";
  const line = (user: string) =>
    [type, name, user, `${input.request.egressIp}/32`, "scram-sha-256"].join("  ");
  if (isExpression(role, input))
    return `Add a line ${place} by hand: ${line("…")}. From Postgres 16 on a name that begins with a slash is a regular expression there, so write one that matches this role only, or rename the role.`;
  const tls = mustUseTls ? ", and have Ardent connect with TLS, as a superuser should" : "";
  return `Add this line ${place}${tls}:\n${line(hbaName(role, input))}`;
}

/**
 * Where to add the line: the first matching line decides, so the new one must be above the one that decided.
 */
export function hbaPlace({ rule, nonMatchingRules }: HbaPrediction): string {
  if (rule !== undefined) return `above ${rule.where}`;
  const last = nonMatchingRules.at(-1)?.rule;
  if (last === undefined) return "to pg_hba.conf";
  // Between lines that are joined by backslashes, it would become part of them.
  return `below ${last.lastLine === undefined ? last.where : last.where.replace(/\d+$/, String(last.lastLine))}`;
}

/** Our fixes never send a superuser's password and data over a network as plain text. */
function isForSuperuser(input: HbaInput): boolean {
  const { connector, plan } = input.request;
  return (connector && plan.role.superuser) || roleIsSuperuser(input.request, valueIfRead(input.access));
}

/**
 * Quoted unless it is plain: a quoted name is never a keyword. A line cannot contain a name with a line break, and an
 * invalid line would make the server reject the file. A name that begins with a slash can be a regular expression, even
 * in quotes: only `all` matches such a name.
 */
function hbaName(name: string, input: HbaInput): string {
  if (/[\r\n]/.test(name) || isExpression(name, input)) return "all";
  return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function isExpression(name: string, { server }: HbaInput): boolean {
  const isOlder = server.kind === "read" && server.value.version.number < EXPRESSIONS_FROM;
  return name.startsWith("/") && !isOlder;
}

const KEYWORDS: ReadonlySet<string> = new Set(["all", "replication", "sameuser", "samerole", "samegroup"]);

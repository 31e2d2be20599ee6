import type { CheckInput, Finding, Fix, Verdict } from "./check";
import { passedOverFindings } from "./hba-passed-over";
import { type HbaPrediction, predictHba } from "./hba-prediction";
import type { PreflightRequest } from "./request";
import { fail, notRead, pass } from "./verdict";

/**
 * Judges what pg_hba.conf will say to Ardent.
 *
 * @param session - `sql`, or `replication-database` for a logical walsender
 * @param called - what the session is called in messages
 */
export function judgeHba(
  input: CheckInput,
  session: "sql" | "replication-database",
  called: string,
): Verdict {
  const prediction = predictHba(input, session);
  if (prediction.kind !== "read") return notRead(prediction);
  const { value } = prediction;
  const findings = [findingOf(input, value), ...passedOverFindings(input.request, value.passedOver)];
  switch (value.kind) {
    case "accepted":
      return pass(value.rule.where);
    case "trusted":
      return {
        ...fail(`${called} from ${input.request.egressIp} needs no password`, findings, mend(input, value)),
        severity: "warning",
      };
    case "undecided":
      return {
        ...fail(
          `whether ${called} from ${input.request.egressIp} is let in cannot be told: ${value.reason}`,
          findings,
          mend(input, value),
        ),
        severity: "warning",
      };
    case "refused":
      return fail(
        `${called} from ${input.request.egressIp} is refused: ${value.reason}`,
        findings,
        mend(input, value),
      );
  }
}

function findingOf({ request }: CheckInput, { rule }: HbaPrediction): Finding {
  return {
    object: `role ${request.role} to database ${request.source.database} from ${request.egressIp}`,
    current:
      rule === undefined
        ? "no line"
        : `${rule.type ?? "a line that cannot be read"} ${rule.authMethod ?? ""}`.trim(),
    needed: "scram-sha-256",
    ...(rule === undefined ? {} : { where: rule.where }),
  };
}

function mend({ request }: CheckInput, prediction: HbaPrediction): Fix {
  const { rule } = prediction;
  const text =
    rule?.type === null
      ? `Correct ${rule.where}: the server takes nothing of the file as long as a line cannot be read`
      : `Add this line ${hbaPlace(prediction)}:\n${hbaLine(request, hbaName(request.source.database))}`;
  return { text, sql: [], effect: "reload" };
}

/**
 * Where a line goes that is to decide: the first that matches does, so that it goes above the one that did.
 */
export function hbaPlace({ rule, passedOver }: HbaPrediction): string {
  if (rule !== undefined) return `above ${rule.where}`;
  const last = passedOver.at(-1);
  return last === undefined ? "to pg_hba.conf" : `below ${last.rule.where}`;
}

/**
 * The line of pg_hba.conf that lets Ardent in.
 *
 * @param database - as it is to stand in the line: a name, quoted where it must be, or a keyword
 */
export function hbaLine({ egressIp, tls, role }: PreflightRequest, database: string): string {
  return [tls ? "hostssl" : "host", database, hbaName(role), `${egressIp}/32`, "scram-sha-256"].join("  ");
}

/**
 * Quoted unless it is plain: a quoted name is never a keyword. No line can hold a name with a line break, and a broken
 * one would keep the server from reading the file: only `all` matches such a name.
 */
function hbaName(name: string): string {
  if (/[\r\n]/.test(name)) return "all";
  return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const KEYWORDS: ReadonlySet<string> = new Set(["all", "replication", "sameuser", "samerole", "samegroup"]);

import { psqlScript } from "../../postgres/psql-script";
import { repeatable } from "../../postgres/repeatable";
import type { Sql } from "../../postgres/sql-text";
import { printable } from "../../printable";
import { printableScript } from "../../printable-text";
import type { Fix } from "../check/check";
import { configFiles } from "../checks/config-files";
import { plpgsql } from "../checks/plpgsql";
import { roleExists } from "../checks/role-exists";
import { synchronousReplication } from "../checks/synchronous-replication";
import type { CheckResult, PreflightReport } from "../report";
import { decideFirst, type FixStatements, fixStatements } from "./fix-statements";

/** A check with something to fix. */
type Fixable = CheckResult & { readonly fix: Fix };

/**
 * Writes all fixes as one script for `psql -f`, in the order of the report. Only creating the role comes first, because
 * other statements name it, and before that PL/pgSQL, in which this statement is written.
 *
 * It is safe to run as a whole. Instructions that are not SQL are comments, and so are statements that need a decision
 * (they lose something, or fix only a warning) or a restart.
 *
 * It stops at the first error, and can be run again or written again for what is left. It is not a transaction, because
 * ALTER SYSTEM cannot run in one.
 */
export function renderFixScript(report: PreflightReport): string {
  const { host, port, database } = report.source;
  const found = report.checks.filter(isFixable);
  const fixes = [
    ...FIRST.flatMap((first) => found.filter(({ id }) => id === first)),
    ...found.filter(({ id }) => !FIRST.includes(id)),
  ];
  const head = comment(
    `Fixes for database ${printable(database)} at ${printable(host)}:${port}, written by pulumi-ardent preflight.`,
  );
  if (fixes.length === 0) return psqlScript(`${head}\n-- There is nothing to fix.\n`);
  const sections = [
    [
      head,
      comment(
        "Run it in that database with psql -f, as a superuser or the owner of what it changes, and without",
      ),
      comment(
        "--single-transaction. Checks that depend on one of these have no fix yet: run preflight again afterwards.",
      ),
      comment("It drops and rewrites nothing: statements that need a decision are commented out."),
    ],
    ...withoutStandby(fixes),
    ...fixes.map(fixLines),
    ...afterwards(fixes),
  ];
  return psqlScript(`${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}

/** The checks whose fixes others need. */
const FIRST: readonly string[] = [plpgsql.id, roleExists.id];

/** A commit that waits for a missing standby never ends; a script without statements does not commit. */
function withoutStandby(fixes: readonly Fixable[]): string[][] {
  const waits = fixes.some(({ id, outcome }) => id === synchronousReplication.id && outcome === "fail");
  if (!waits || fixes.every((result) => statementsOf(result).run.length === 0)) return [];
  return [
    [
      comment(
        "Commits wait for a missing standby; this script turns that off for itself so that it does not hang.",
      ),
      "SET synchronous_commit = local;",
    ],
  ];
}

/** The fix of a skipped check at most shows more, and fixes nothing. */
function isFixable(result: CheckResult): result is Fixable {
  return result.fix !== undefined && result.outcome !== "skipped";
}

function fixLines(result: Fixable): string[] {
  const { id, message, fix } = result;
  const { run, decide, reason = WARNING } = statementsOf(result);
  const byHand = run.length === 0;
  return [
    comment(`${id}: ${printable(message)}`),
    comment(byHand ? `BY HAND: ${fix.text}` : fix.text),
    ...run.map(repeatableFix),
    // Session settings of a fix must not affect the statements of the next one.
    ...run.flatMap(resetOf),
    ...(decide.length === 0 ? [] : [comment(decideFirst(reason))]),
    ...decide.map(comment),
    ...(fix.effect === "restart" ? ["-- NEEDS A RESTART of Postgres"] : []),
    ...(fix.effect === "reload"
      ? [byHand ? "-- NEEDS A RELOAD: SELECT pg_catalog.pg_reload_conf();" : RELOADED_BELOW]
      : []),
  ];
}

/** Resets a setting of the session, except those with which the script started. */
function resetOf(statement: Sql): string[] {
  const [, name] = /^SET (\w+) =/.exec(statement) ?? [];
  return name === undefined ? [] : [`RESET ${name};`];
}

const RELOADED_BELOW = "-- takes effect after the reload at the end";

const WARNING = "This fixes only a warning.";

/** The statements that the script runs, and those that need a decision. */
function statementsOf({ outcome, fix }: Fixable): FixStatements {
  const parts = fixStatements(fix);
  return outcome === "warn" ? { ...parts, run: [], decide: fix.sql } : parts;
}

/** A statement of a fix as the script has it: the script may have stopped after it. */
export function repeatableFix(statement: Sql): Sql {
  return statement.startsWith("CREATE ROLE ") ? repeatable(statement) : statement;
}

function afterwards(fixes: readonly Fixable[]): string[][] {
  const needing = (effect: Fix["effect"]) => fixes.filter(({ fix }) => fix.effect === effect);
  const restart = needing("restart").map(({ id }) => id);
  const reload = needing("reload").some((result) => statementsOf(result).run.length > 0);
  if (restart.length === 0 && !reload) return [];
  if (fixes.some(({ id, outcome }) => id === configFiles.id && outcome === "fail"))
    return [
      [
        comment(`Correct the files that ${configFiles.id} names before Postgres is reloaded or restarted.`),
        comment(`The server could not start with them. Then: ${after(restart, reload)}`),
      ],
    ];
  return [
    ...(reload ? [["SELECT pg_catalog.pg_reload_conf();"]] : []),
    ...(restart.length > 0 ? [[comment(`RESTART Postgres now, for: ${restart.join(", ")}`)]] : []),
  ];
}

/** What has to follow the correction of the files; a restart also reloads them. */
function after(restart: readonly string[], reload: boolean): string {
  if (restart.length > 0) return `restart it, for: ${restart.join(", ")}`;
  return reload ? "SELECT pg_catalog.pg_reload_conf();" : "";
}

/** Comments out every line, because names come from the source and can contain line breaks. */
function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${printableScript(line)}`.trimEnd())
    .join("\n");
}

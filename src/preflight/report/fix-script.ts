import { PIN_SEARCH_PATH, psqlScript } from "../../postgres/psql-script";
import { printable } from "../../printable";
import { printableScript } from "../../printable-text";
import type { Fix } from "../check";
import type { CheckResult, PreflightReport } from "../report";

/** A check with something to mend. */
type Mendable = CheckResult & { readonly fix: Fix };

/**
 * Writes every fix as one file for `psql -f`, in the order of the report. What is no SQL stands in it as a comment, and
 * so does what needs a restart.
 *
 * It stops at the first error, and can be written anew for what is left. There is no transaction around it: ALTER
 * SYSTEM and CREATE INDEX CONCURRENTLY are refused in one.
 */
export function renderFixScript(report: PreflightReport): string {
  const { host, port, database } = report.source;
  const fixes = report.checks.filter(isMendable);
  const head = comment(
    `Fixes for database ${printable(database)} at ${printable(host)}:${port}, written by pulumi-ardent preflight.`,
  );
  if (fixes.length === 0) return psqlScript(`${head}\n-- There is nothing to mend.\n`);
  const sections = [
    [
      head,
      comment(
        "Run it in that database with psql -f, as a superuser or the owner of what it changes, and without",
      ),
      comment(
        "--single-transaction. A check that waits for one of these has no fix yet: run preflight again afterwards.",
      ),
    ],
    ...fixes.map(fixLines),
    ...afterwards(fixes),
  ];
  return psqlScript(`${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}

/** A skipped check has at most a way to see more, which mends nothing. */
function isMendable(result: CheckResult): result is Mendable {
  return result.fix !== undefined && result.outcome !== "skipped";
}

function fixLines({ id, message, fix }: Mendable): string[] {
  const byHand = fix.sql.length === 0;
  if (fix.destroys !== undefined)
    return [
      comment(`${id}: ${message}`),
      comment(`BY HAND: ${fix.text}`),
      comment(`This would lose ${fix.destroys}. Decide first, then run:`),
      ...fix.sql.map(comment),
    ];
  return [
    comment(`${id}: ${printable(message)}`),
    comment(byHand ? `BY HAND: ${fix.text}` : fix.text),
    ...fix.sql,
    // What a fix sets for its own session must not bound the statements of the next one.
    ...(fix.sql.some((statement) => statement.startsWith("SET ")) ? ["RESET ALL;", PIN_SEARCH_PATH] : []),
    ...(fix.effect === "restart" ? ["-- NEEDS A RESTART of Postgres"] : []),
    ...(fix.effect === "reload"
      ? [byHand ? "-- NEEDS A RELOAD: SELECT pg_catalog.pg_reload_conf();" : RELOADED_BELOW]
      : []),
  ];
}

const RELOADED_BELOW = "-- needs a reload, which is at the end";

function afterwards(fixes: readonly Mendable[]): string[][] {
  const restart = fixes.filter(({ fix }) => fix.effect === "restart").map(({ id }) => id);
  const reload = fixes.some(({ fix }) => fix.effect === "reload" && fix.sql.length > 0);
  return [
    ...(reload ? [["SELECT pg_catalog.pg_reload_conf();"]] : []),
    ...(restart.length > 0 ? [[comment(`RESTART Postgres now, for: ${restart.join(", ")}`)]] : []),
  ];
}

/** Every line of it is one: names come from the source, and a name may hold a line break. */
function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${printableScript(line)}`.trimEnd())
    .join("\n");
}

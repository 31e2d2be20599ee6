import type { PreflightReport } from "../report";

/** The longest grant script that is shown, enough for about a dozen schemas. */
const SHOWN_LINES = 100;

/** The checks that the grant script fixes; if the role does not exist, all its grants are missing. */
const GRANTED = new Set([
  "role-exists",
  "database-connect",
  "database-create",
  "schema-usage",
  "read-tables",
  "read-sequences",
  "default-privileges",
]);

/**
 * The grant script, if some of its grants are missing. It is one transaction, so it is shown completely or not at all:
 * its first lines alone would be useless.
 *
 * @returns no lines if nothing is missing
 */
export function grantScriptLines({ checks, grantScript }: PreflightReport): string[] {
  if (!checks.some(({ id, outcome }) => GRANTED.has(id) && (outcome === "fail" || outcome === "warn")))
    return [];
  const lines = grantScript.trimEnd().split("\n");
  if (lines.length <= SHOWN_LINES) return lines;
  return [
    `${lines.length} lines, too long to show here. pulumi-ardent grants prints`,
    'it for the schemas you name; with --output json it is the field "grantScript".',
  ];
}

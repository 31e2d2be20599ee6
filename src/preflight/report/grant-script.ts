import type { PreflightReport } from "../report";

/** The longest grant script that is shown: that of about a dozen schemas. */
const SHOWN_LINES = 100;

/** The checks whose failure the grant script fixes; without the role everything that it grants is missing. */
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
 * The grant script where something that it grants is missing. It is one transaction, so it is shown whole or not at
 * all: the first lines of it would be nothing to paste.
 *
 * @returns no lines where nothing is missing
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

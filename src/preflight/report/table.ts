import { createColors } from "picocolors";
import { printableLines, printableValue } from "../../printable-text";
import type { PreflightReport } from "../report";
import { checklistLines, summaryText } from "./lines";

/** The longest grant script that is shown: that of about a dozen schemas. */
const SHOWN_SCRIPT_LINES = 100;

/**
 * Writes the report for a terminal.
 *
 * @param options.colour - whether the terminal takes colours
 * @param options.grantScript - whether the grant script follows the checklist
 */
export function renderTable(
  report: PreflightReport,
  options: { readonly colour: boolean; readonly grantScript: boolean },
): string {
  const colours = createColors(options.colour);
  const { host, port, database, serverVersion, role } = report.source;
  const server = serverVersion === undefined ? "" : `, Postgres ${printableValue(serverVersion)}`;
  const place = `${printableValue(database)} at ${printableValue(host)}:${port}`;
  const lines = [
    `${place}${server}, as ${printableValue(role)}`,
    "",
    ...checklistLines(report, colours),
    `${report.ok ? colours.green("ready") : colours.red("not ready")}: ${summaryText(report)}`,
    ...(options.grantScript ? ["", colours.bold("Grant script"), "", ...grantScriptLines(report)] : []),
    "",
  ];
  return printableLines(lines.join("\n"), { colored: options.colour });
}

/** It is one transaction, so it is shown whole or not at all: the first lines of it would be nothing to paste. */
function grantScriptLines({ grantScript }: PreflightReport): string[] {
  const lines = grantScript.trimEnd().split("\n");
  if (lines.length <= SHOWN_SCRIPT_LINES) return lines;
  return [
    `${lines.length} lines, too long to show here. pulumi-ardent grants prints the script for the schemas you name;`,
    'with --output json it is the field "grantScript".',
  ];
}

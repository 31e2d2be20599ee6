import { createColors } from "picocolors";
import type { PreflightReport } from "../report";
import { checklistLines, summaryText } from "./lines";

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
  const server = serverVersion === undefined ? "" : `, Postgres ${serverVersion}`;
  return [
    `${database} at ${host}:${port}${server}, as ${role}`,
    "",
    ...checklistLines(report, colours),
    `${report.ok ? colours.green("ready") : colours.red("not ready")}: ${summaryText(report)}`,
    ...(options.grantScript ? ["", colours.bold("Grant script"), "", report.grantScript.trimEnd()] : []),
    "",
  ].join("\n");
}

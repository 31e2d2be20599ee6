import type { PreflightReport } from "../report";
import { renderTable } from "./table";

/** Writes the report for a terminal that is known already: only what does not pass, and no grant script. */
export function renderShort(report: PreflightReport, options: { readonly colour: boolean }): string {
  const checks = report.checks.filter(({ outcome }) => outcome !== "pass");
  return renderTable({ ...report, checks }, { ...options, grantScript: false });
}

import type { PreflightReport } from "../report";

/** Writes the report as JSON: its fields are a contract, `schemaVersion` counts its breaking changes. */
export function renderJson(report: PreflightReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

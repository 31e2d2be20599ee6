import { printableJson } from "../../printable-text";
import type { PreflightReport } from "../report";

/** Writes the report as JSON: its fields are a contract, `schemaVersion` counts its breaking changes. */
export function renderJson(report: PreflightReport): string {
  return `${printableJson(report, 2)}\n`;
}

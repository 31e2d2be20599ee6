import { ardentAccess } from "../../preflight/checks/ardent-access";
import type { PreflightReport } from "../../preflight/report";

/**
 * A report without the checks that are unknown because Ardent's API does not respond: that is printed once in a run, not
 * for each source. They are still counted.
 */
export function withoutOutage(report: PreflightReport): PreflightReport {
  const { id } = ardentAccess;
  const isAway = report.checks.some((check) => check.id === id && check.outcome === "unknown");
  if (!isAway) return report;
  return { ...report, checks: report.checks.filter((check) => check.id !== id && check.needs !== id) };
}

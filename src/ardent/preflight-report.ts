import type { PreflightReply } from "./schemas";
import { maskSecrets } from "./secrets";

/** A failed check of Ardent's own preflight. */
export interface FailedServiceCheck {
  /** The service's name of it, such as `wal2json`. */
  readonly name: string;
  /** The service's message about it, if there is one. */
  readonly message?: string;
}

/** Ardent's preflight report, reduced to what readers need. */
export interface ServicePreflight {
  /** Undefined when the report does not say. */
  readonly pass: boolean | undefined;
  readonly failed: readonly FailedServiceCheck[];
  readonly grantScript?: string;
}

const VERDICT_FIELDS = ["pass", "passed", "ok", "success"];
const TEXT_FIELDS = ["message", "detail", "error", "reason", "hint"];
/** How many checks of a report are read; Ardent's has a dozen or two. */
const MOST_CHECKS = 1_000;
const PASSING_STATUS = ["pass", "passed", "ok", "success", "skipped"];

/**
 * Reads a preflight report. The OpenAPI document does not define a single check, so a check can be a boolean, or an
 * object with a boolean verdict (`pass`, `passed`, `ok`, `success`) or a `status`; a check of another shape is not
 * counted as failed: `preflight_pass` decides.
 *
 * @param secrets - masked in the result, after the report was parsed, because a password could be `pass`
 */
export function readPreflightReport(report: PreflightReply, secrets: readonly string[]): ServicePreflight {
  const failed: FailedServiceCheck[] = [];
  for (const [name, check] of Object.entries(report.checks ?? {}).slice(0, MOST_CHECKS)) {
    if (!fails(check)) continue;
    const message = textOf(check);
    failed.push({
      name: maskSecrets(name, secrets),
      ...(message === undefined ? {} : { message: maskSecrets(message, secrets) }),
    });
  }
  return {
    pass: report.preflight_pass ?? undefined,
    failed,
    ...(report.grant_script ? { grantScript: maskSecrets(report.grant_script, secrets) } : {}),
  };
}

function fails(check: unknown): boolean {
  if (typeof check === "boolean") return !check;
  if (typeof check !== "object" || check === null) return false;
  const fields = check as Record<string, unknown>;
  for (const field of VERDICT_FIELDS) {
    if (typeof fields[field] === "boolean") return !fields[field];
  }
  return typeof fields.status === "string" && !PASSING_STATUS.includes(fields.status.toLowerCase());
}

function textOf(check: unknown): string | undefined {
  if (typeof check !== "object" || check === null) return undefined;
  const fields = check as Record<string, unknown>;
  const texts = TEXT_FIELDS.map((field) => fields[field]).filter(
    (text): text is string => typeof text === "string" && text !== "",
  );
  return texts.length === 0 ? undefined : texts.join("; ");
}

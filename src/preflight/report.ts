import type { Category, Finding, Fix, Outcome, Severity } from "./check/check";
import type { MissingInput } from "./facts/evidence";
import type { ServerIdentity } from "./facts/server-identity";

/** The outcome of one check, as the report shows it. */
export interface CheckResult {
  readonly id: string;
  readonly category: Category;
  readonly title: string;
  readonly severity: Severity;
  /** Given when the outcome is about the moment of the run: it is no drift, and the next run may say otherwise. */
  readonly pointInTime?: true;
  readonly outcome: Outcome;
  /** The check that has to pass first, where that is why this one was skipped or is unknown. */
  readonly needs?: string;
  /** What this run was not given, where that is why this one was skipped. */
  readonly missing?: MissingInput;
  /** One line: what is wrong, what was seen, or why it was skipped. */
  readonly message: string;
  /** The first few; `findingCount` counts all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly fix?: Fix;
  /** The page of this check. */
  readonly docs: string;
}

/** The report: what `--output json` prints and what every renderer takes. Holds no secret. */
export interface PreflightReport {
  readonly schemaVersion: 1;
  /** No check of severity error failed or is unknown. */
  readonly ok: boolean;
  readonly source: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    /** Such as "17.11"; undefined when the server could not be asked. */
    readonly serverVersion?: string;
    /** Which cluster it is; undefined when the server could not be asked. */
    readonly cluster?: ServerIdentity;
    readonly role: string;
  };
  /** How long reading the source might take in all; what was not read by then is unknown. */
  readonly limitSeconds: number;
  readonly summary: { readonly [outcome in Outcome]: number };
  /** Every check, in run order; none is hidden. */
  readonly checks: readonly CheckResult[];
  /** The grants that the role needs, as SQL. */
  readonly grantScript: string;
}

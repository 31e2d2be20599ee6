import type { Category, Finding, Fix, Outcome, Severity } from "./check/check";
import type { MissingInput, WaitsFor } from "./facts/evidence";
import type { ServerIdentity } from "./facts/server-identity";

/** The outcome of one check, as the report shows it. */
export interface CheckResult {
  readonly id: string;
  readonly category: Category;
  readonly title: string;
  readonly severity: Severity;
  /** Set if the outcome is about the moment of the run: it is never drift, and can differ in the next run. */
  readonly pointInTime?: true;
  readonly outcome: Outcome;
  /** Set if it failed because this run's own login, token or settings were rejected: that says nothing about the source. */
  readonly refused?: true;
  /** The check that has to pass first, if this one was skipped or is unknown because of it. */
  readonly needs?: string;
  /** The input that this run lacks, if the check was skipped because of it. */
  readonly missing?: MissingInput;
  /** What of the deployment a pending check waits for, where it is not the change that fixes it. */
  readonly waitsFor?: WaitsFor;
  /** One line: what is wrong, what was found, or why it was skipped. */
  readonly message: string;
  /** The first few; `findingCount` counts all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly fix?: Fix;
  /** Set if `pulumi up --refresh` restores what is missing, and `pulumi up` alone does not. */
  readonly restoredByRefresh?: true;
  /** The page of this check. */
  readonly docs: string;
}

/** The report, which `--output json` prints and every renderer uses. Contains no secret. */
export interface PreflightReport {
  readonly schemaVersion: 1;
  /** No check of severity error failed or is unknown. */
  readonly ok: boolean;
  readonly source: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    /** Such as "17.11"; undefined if the server could not be read. */
    readonly serverVersion?: string;
    /** The cluster; undefined if the server could not be read. */
    readonly cluster?: ServerIdentity;
    readonly role: string;
  };
  /** The time limit for reading the source; facts that were not read by then are unknown. */
  readonly limitSeconds: number;
  readonly summary: { readonly [outcome in Outcome]: number };
  /** Every check, in run order; none is hidden. */
  readonly checks: readonly CheckResult[];
  /** The grants that the role needs, as SQL. */
  readonly grantScript: string;
}

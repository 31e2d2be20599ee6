import { EXAMPLES } from "../../access/examples";
import type { Sql } from "../../postgres/sql-text";
import type { Cause } from "../facts/evidence";
import type { Facts } from "../facts/facts";
import type { FactName } from "../facts/named-facts";
import type { PreflightRequest } from "../request";

/** The groups of the report, in run order. */
export const CATEGORIES = [
  "connection",
  "access-rules",
  "server",
  "role",
  "grants",
  "tables",
  "ardent",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Whether a check that fails stops a deployment (`error`) or is only shown (`warning`). */
export type Severity = "error" | "warning";

/**
 * - `pass`: nothing to do
 * - `warn`: a check of severity warning that fails
 * - `fail`: a check of severity error that fails
 * - `pending`: fails now, but this deployment will fix it; or only the deployment can tell, because it creates the object
 *   or learns the value of an input
 * - `skipped`: the evidence was not requested, or a check that this one requires did not pass
 * - `unknown`: the evidence was requested but could not be read
 */
export type Outcome = "pass" | "warn" | "fail" | "pending" | "skipped" | "unknown";

/**
 * One check: one file in `checks/`, one page in `docs/checks/`, one test on a real Postgres, all of the same name.
 *
 * Pure: a check sees only the request and the facts.
 */
export interface Check {
  /** Kebab-case, never reused: the file's name, the page's and the link's. */
  readonly id: string;
  readonly category: Category;
  /** Present tense, true when the check passes. */
  readonly title: string;
  readonly severity: Severity;
  /**
   * Set if the outcome is about the moment of the run (connections, open transactions), not about the configuration of
   * the source. It is shown but never recorded, because it would change on an unchanged source.
   */
  readonly pointInTime?: true;
  /**
   * Ids of the checks that this one depends on; it is not run while one of them fails. While one is pending, it is run on
   * the facts as they will be after the deployment: if it passes there it is pending too, if it fails there it fails, and
   * if it is `skipped` there it waits.
   */
  readonly requires?: readonly string[];
  /** The facts that it needs, in the order in which their absence is reported. */
  readonly reads?: readonly FactName[];
  /** The facts that it uses if they were read. */
  readonly alsoReads?: readonly FactName[];
  readonly run: (input: CheckInput) => Verdict;
}

/** The input of a check: the request, and the facts of the source. */
export interface CheckInput {
  readonly request: PreflightRequest;
  readonly facts: Facts;
}

/** The result of a check. The runner decides whether a failure is a fail, a warning or pending. */
export type Verdict =
  | { readonly kind: "pass"; readonly message?: string }
  | {
      readonly kind: "fail";
      /** One line: what is wrong. */
      readonly message: string;
      readonly findings: readonly Finding[];
      /** The total number; defaults to the number of findings given. */
      readonly findingCount?: number;
      readonly fix: Fix;
      /** Set if this failure of a check of severity error is only a warning. */
      readonly severity?: "warning";
      /** Set if no deployment fixes it, even if it creates what is named: then it is never pending. */
      readonly isFinal?: true;
      /** Set if this run's own login, token or settings were rejected: that says nothing about the source. */
      readonly refused?: true;
    }
  | ({
      readonly kind: "skipped" | "unknown" | "awaited";
      readonly message: string;
      /** How to make the evidence readable. */
      readonly fix?: Fix;
    } & Cause);

/** One object that needs a change. */
export interface Finding {
  /** A table, a setting, a role, a rule line. */
  readonly object: string;
  readonly current?: string;
  readonly needed?: string;
  /** Where it is set: settings file and line, pg_hba line, role or database setting. */
  readonly where?: string;
}

/** How to fix it. */
export interface Fix {
  /** What to do, in words. */
  readonly text: string;
  /** Literal statements that are safe to paste one by one; empty where SQL does not fix it. */
  readonly sql: readonly Sql[];
  /**
   * Describes what the statements would lose permanently: they need a decision, and the fix script prints them as a
   * comment. Absent if nothing is lost.
   */
  readonly destroys?: string;
  /** The statements to which `destroys` applies; all of them if absent. */
  readonly destructive?: readonly Sql[];
  /**
   * A sentence that says what to decide before running statements that lose nothing: they are one of several choices, or
   * give a role more rights. The fix script prints them as a comment.
   */
  readonly choice?: string;
  /** What the statements need afterwards to take effect. */
  readonly effect: "none" | "reload" | "restart";
}

/** How many findings of a check are shown; the others are only counted. */
export const SHOWN_FINDINGS = EXAMPLES;

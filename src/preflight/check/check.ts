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
 * - `pass`: as it must be
 * - `warn`: a check of severity warning that fails
 * - `fail`: a check of severity error that fails
 * - `pending`: fails now, and this very deployment fixes it
 * - `skipped`: the evidence was not asked for, or a check that this one requires did not pass
 * - `unknown`: the evidence was asked for and could not be had
 */
export type Outcome = "pass" | "warn" | "fail" | "pending" | "skipped" | "unknown";

/**
 * One check: one file in `checks/`, one page in `docs/checks/`, one test on a real Postgres, all of the same name.
 *
 * Pure: everything a check knows stands in the request and the facts.
 */
export interface Check {
  /** Kebab-case, never reused: the file's name, the page's and the link's. */
  readonly id: string;
  readonly category: Category;
  /** Present tense, true when the check passes. */
  readonly title: string;
  readonly severity: Severity;
  /**
   * Given when the outcome is about the moment of the run (who is connected, what is open) and not about how the
   * source is set up. It is shown, and never recorded: on an unchanged source it would come and go.
   */
  readonly pointInTime?: true;
  /**
   * Ids of the checks without which this one says nothing; it is not run while one of them fails. While one is
   * pending it is run on the facts as they will be: passing there is pending too, failing there is a failure, and
   * a check that cannot know yet (`skipped`) waits.
   */
  readonly requires?: readonly string[];
  /** The facts without which it says nothing, in the order in which they are asked for. */
  readonly reads?: readonly FactName[];
  /** The facts that it judges by as far as they were read. */
  readonly alsoReads?: readonly FactName[];
  readonly run: (input: CheckInput) => Verdict;
}

/** What a check is run on: what was asked for, and what the source says. */
export interface CheckInput {
  readonly request: PreflightRequest;
  readonly facts: Facts;
}

/** What a check says. Whether a failure is a fail, a warning or pending is the runner's to decide. */
export type Verdict =
  | { readonly kind: "pass"; readonly message?: string }
  | {
      readonly kind: "fail";
      /** One line: what is wrong. */
      readonly message: string;
      readonly findings: readonly Finding[];
      /** How many there are in all; defaults to the findings given. */
      readonly findingCount?: number;
      readonly fix: Fix;
      /** Given when this finding of a check of severity error is worth a warning only. */
      readonly severity?: "warning";
    }
  | ({
      readonly kind: "skipped" | "unknown";
      readonly message: string;
      /** How to get the evidence. */
      readonly fix?: Fix;
    } & Cause);

/** One object that is not as it must be. */
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
   * What running the statements would lose for good, in words: they are never to be run without a decision, and the
   * fix script prints them as a comment. Absent where nothing is lost.
   */
  readonly destroys?: string;
  /** Those of the statements that `destroys` is about; all of them where this is absent. */
  readonly destructive?: readonly Sql[];
  /**
   * What there is to decide before the statements are run though they lose nothing, as a sentence: they are one of
   * several ways, or give somebody more rights. The fix script prints them as a comment.
   */
  readonly choice?: string;
  /** What the statements need afterwards to take effect. */
  readonly effect: "none" | "reload" | "restart";
}

/** How many findings of a check are shown; the rest is counted. */
export const SHOWN_FINDINGS = EXAMPLES;

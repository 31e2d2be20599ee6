import type { Change } from "../changes/change";
import type { Phrase } from "../phrase";

/** How much a finding weighs: `high` is hard to undo or opens much, `low` is to be known. */
export const SEVERITIES = ["low", "medium", "high"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One judgment about a change. Its page is `docs/review/<id>.md`. */
export interface Rule {
  /** Kebab-case; never reused. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, as a sentence without a full stop. */
  readonly title: string;
  /**
   * Judges a change.
   *
   * @param change - one change of a preview
   * @param all - every change of the preview
   * @returns what is found, undefined for nothing
   */
  judge(change: Change, all: readonly Change[]): Phrase | undefined;
}

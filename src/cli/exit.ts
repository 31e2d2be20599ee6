/** The meaning of the exit codes. */
export const EXIT = {
  /** Done; for preflight: ready, even with warnings and pending checks. */
  ok: 0,
  /** Preflight: a check of severity error failed or is unknown. */
  notReady: 1,
  /** Comment: the forge failed. */
  failed: 1,
  /** Review: a finding of the severity that `--fail-on` names, or a preview that failed. */
  risk: 1,
  /** The command was invalid or failed. */
  error: 2,
  /** Interrupted, as shells count it. */
  interrupted: 130,
} as const;

/** What the process says by its exit code. */
export const EXIT = {
  /** Done; for preflight: ready, warnings and what a deployment fixes included. */
  ok: 0,
  /** Preflight: a check of severity error failed or is unknown. */
  notReady: 1,
  /** The command was not understood or could not be done. */
  error: 2,
  /** Interrupted, as shells count it. */
  interrupted: 130,
} as const;

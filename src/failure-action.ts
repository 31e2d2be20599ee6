/** What a failed check causes. */
export const FailureAction = {
  /** The preview or the deployment fails. */
  Fail: "fail",
  /** The check is shown as a warning. */
  Warn: "warn",
} as const;
export type FailureAction = (typeof FailureAction)[keyof typeof FailureAction];

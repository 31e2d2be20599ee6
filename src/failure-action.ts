/** What a failing check does: the preview or the deployment fails, or the check is only shown. */
export const FailureAction = { Fail: "fail", Warn: "warn" } as const;
export type FailureAction = (typeof FailureAction)[keyof typeof FailureAction];

import { login } from "../../preflight/checks/login";
import type { CheckResult, PreflightReport } from "../../preflight/report";
import { isOtherLogin } from "../source/refused-admin";
import type { PreflightInputs } from "./preflight-inputs";
import { type RecordedChecks, worsened } from "./recorded-checks";

/**
 * Says in a preview that the update after it fails, as far as that is known already.
 *
 * @param recorded - what was deployed last
 * @param before - the outcomes that were recorded then
 * @returns lines to print; none for a deployment that nothing stops
 */
export function upWillFail(
  recorded: PreflightInputs | undefined,
  before: RecordedChecks | undefined,
  inputs: PreflightInputs,
  report: PreflightReport,
): string[] {
  if (recorded === undefined || before === undefined) return [];
  if (isOtherLogin(recorded, inputs) && isAdminRefused(report))
    return [
      `\`pulumi up\` will fail: the server does not accept the changed login of ${inputs.admin.user}, unless this deployment sets its password`,
    ];
  // The new password of the role is carried through first.
  if (inputs.onDrift !== "fail" || recorded.role.password !== inputs.role.password) return [];
  const drift = worsened(before, report.checks);
  return drift.length === 0 ? [] : [`\`pulumi up\` will fail: ${driftText(drift)}`];
}

/** The first line of the error of an update that drift stops. */
export function stoppedByDrift(drift: readonly CheckResult[]): string {
  return `stopped: ${driftText(drift)}`;
}

function driftText(drift: readonly CheckResult[]): string {
  return `onDrift is "fail", and this got worse since the last deployment: ${drift.map(({ id }) => id).join(", ")}`;
}

function isAdminRefused({ checks }: PreflightReport): boolean {
  return checks.some(({ id, refused }) => id === login.id && refused === true);
}

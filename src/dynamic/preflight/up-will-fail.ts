import { login } from "../../preflight/checks/login";
import type { PreflightReport } from "../../preflight/report";
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
  if (isOtherLogin(recorded, inputs) && isAdminRefused(inputs, report))
    return [
      `\`pulumi up\` will fail: the server does not accept the changed login of ${inputs.admin.user}, unless this deployment sets its password`,
    ];
  // The new password of the role is carried through first.
  if (inputs.onDrift !== "fail" || recorded.role.password !== inputs.role.password) return [];
  const ids = worsened(before, report.checks).map(({ id }) => id);
  if (ids.length === 0) return [];
  return [
    `\`pulumi up\` will fail: onDrift is "fail", and this got worse since the last deployment: ${ids.join(", ")}`,
  ];
}

/** Whether the login that was rejected is the admin's: without it the role's is not tried. */
function isAdminRefused({ admin }: PreflightInputs, { checks }: PreflightReport): boolean {
  const result = checks.find(({ id }) => id === login.id);
  return result?.outcome === "fail" && result.findings.some(({ object }) => object === `role ${admin.user}`);
}

import type { JudgeInput } from "../check/define-check";
import { valueIfRead } from "../facts/evidence";
import type { Setting } from "../facts/server";
import type { SessionSettingName } from "../facts/setting-names";

/**
 * The setting of a new session of the role: read in a login as the role, or else derived from the settings of the role,
 * the database and the server.
 */
export function sessionSetting(
  { request, server, roleLogin }: JudgeInput<"server", "roleLogin">,
  name: SessionSettingName,
): Setting | undefined {
  const computed = server.settings[name];
  const login = valueIfRead(roleLogin);
  const seen = login?.outcome === "accepted" ? login.settings?.[name] : undefined;
  if (seen === undefined || seen === computed?.value) return computed;
  return {
    value: seen,
    source: `a session of role ${request.plan.role.name} (a setting that this user cannot see, or a login event trigger)`,
  };
}

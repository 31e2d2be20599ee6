import type { AccessState } from "../../access/state";
import { quoteIdentifier } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { Finding, Fix } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import type { OwnSetting } from "../facts/server";
import { SETTING_SQL, TRIGGER_SETTING_NAMES, type TriggerSettingName } from "../facts/setting-names";
import { passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "../judge/settings";
import type { PreflightRequest } from "../request";

/** For each setting that can turn event triggers off, the value with which they fire (event_triggers: 17+). */
const NEEDED: { readonly [name in TriggerSettingName]: Sql } = {
  event_triggers: sql`on`,
  session_replication_role: sql`origin`,
};

/**
 * Ardent sees DDL through event triggers, which fire in the session that runs the DDL: so the settings of every role that
 * creates tables count, not only those of Ardent's role. For a role that owns nothing here, it is only a warning.
 */
export const eventTriggers = defineCheck({
  id: "event-triggers",
  category: "server",
  title: "event triggers fire",
  severity: "error",
  reads: ["server"],
  alsoReads: ["access"],
  judge: ({ request, server, access }) => {
    const { triggerSettings } = server;
    const own = triggerSettings.filter(
      (setting) => isSilent(setting) && !triggerSettings.some((other) => outranks(other, setting)),
    );
    const serverWide = TRIGGER_SETTING_NAMES.flatMap((name): SettingProblem[] => {
      const needed = NEEDED[name];
      const setting = server.settings[name];
      // Settings of the database and of all roles are already among the others.
      const isOwn = triggerSettings.some((other) => other.name === name && other.role === undefined);
      if (setting === undefined || isOwn) return [];
      const suffices = (value: string) => !isSilent({ name, value });
      return [{ name, setting, needed, literal: needed, effect: "reload", suffices }];
    });
    const everywhere = serverWide.filter(({ setting, suffices }) => setting && !suffices(setting.value));
    if (own.length + everywhere.length === 0) {
      const verdicts = serverWide.map((problem) => passUnlessUndone(problem));
      return verdicts.find(({ kind }) => kind === "fail") ?? pass();
    }
    const verdict = fail(
      "some sessions do not fire event triggers; their DDL would be missed",
      [...everywhere.map(settingFinding), ...own.map(ownFinding)],
      fixOf(everywhere.map(settingFix), own),
    );
    return everywhere.length > 0 || own.some((setting) => concerns(request, valueIfRead(access), setting))
      ? verdict
      : { ...verdict, severity: "warning" };
  },
});

function isSilent({ name, value }: Pick<OwnSetting, "name" | "value">): boolean {
  return value === (name === "event_triggers" ? "off" : "replica");
}

/** Whether the first setting, for this database, makes events fire and so overrides the second, for every database. */
function outranks(other: OwnSetting, { name, role, database }: OwnSetting): boolean {
  const sameSessions = other.name === name && other.role === role;
  return sameSessions && database === undefined && other.database !== undefined && !isSilent(other);
}

/** Whether it applies to every role, to Ardent's role, or to a role that owns objects here. */
function concerns(
  request: PreflightRequest,
  { schemas }: Pick<AccessState, "schemas"> = { schemas: [] },
  { role }: OwnSetting,
): boolean {
  if (role === undefined || role === request.plan.role.name) return true;
  return schemas.some(({ owners }) => owners.some(({ name }) => name === role));
}

function ownFinding({ name, value, role, database }: OwnSetting): Finding {
  const who = [
    ...(role === undefined ? [] : [`role ${role}`]),
    ...(database === undefined ? [] : [`database ${database}`]),
  ].join(" in ");
  return { object: name, current: value, needed: NEEDED[name], where: who === "" ? "all roles" : who };
}

const RESET_LOSS =
  "a setting that may be intentional: sessions that load data would then run triggers and check foreign keys";

function fixOf(everywhere: readonly Fix[], own: readonly OwnSetting[]): Fix {
  const reset = "Reset the role- and database-level overrides; applies to new sessions";
  return {
    text: [...everywhere.map(({ text }) => text), ...(own.length === 0 ? [] : [reset])].join(". "),
    sql: [...everywhere.flatMap(({ sql }) => sql), ...own.map(resetStatement)],
    ...(own.length === 0 ? {} : { destroys: RESET_LOSS, destructive: own.map(resetStatement) }),
    effect: everywhere.length > 0 ? "reload" : "none",
  };
}

function resetStatement({ name, role, database }: OwnSetting): Sql {
  const setting = SETTING_SQL[name];
  if (role === undefined && database !== undefined)
    return sql`ALTER DATABASE ${quoteIdentifier(database)} RESET ${setting};`;
  const inDatabase = database === undefined ? sql`` : sql` IN DATABASE ${quoteIdentifier(database)}`;
  return sql`ALTER ROLE ${role === undefined ? sql`ALL` : quoteIdentifier(role)}${inDatabase} RESET ${setting};`;
}

import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import { joinSql, sql } from "../../postgres/sql-text";
import { SqlState } from "../../postgres/sqlstate";
import type { Fix, Verdict } from "../check/check";
import { defineCheck, type JudgeInput } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { NamedFacts } from "../facts/named-facts";
import type { ServerFacts } from "../facts/server";
import { SETTING_SQL } from "../facts/setting-names";
import { passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "../judge/settings";
import type { PreflightRequest } from "../request";

const ALLOWED = "output_plugin_libraries";

/**
 * The minor releases of August 2026 added a list of allowed output plugins; wal2json is not on it by default, and
 * superusers are not exempt (CVE-2026-6471).
 */
export const outputPluginAllowed = defineCheck({
  id: "output-plugin-allowed",
  category: "server",
  title: "the server allows the output plugin wal2json",
  severity: "error",
  reads: ["server"],
  alsoReads: ["slotProbe"],
  judge: judgeOutputPlugin,
});

/** The verdict on the plugins that the role can use. */
export function judgeOutputPlugin({
  request,
  server,
  slotProbe,
}: JudgeInput<"server", "slotProbe">): Verdict {
  const setting = server.settings[ALLOWED];
  if (setting === undefined) return withoutSetting(server, slotProbe);
  const libraries = parseList(setting.value);
  const problem: SettingProblem = {
    name: ALLOWED,
    setting,
    needed: "wal2json on the list",
    // A list of literals, because ALTER SYSTEM reads one quoted string as one library.
    literal: joinSql([...new Set([...libraries, "wal2json"])].map(quoteLiteral), ", "),
    effect: "reload",
    suffices: (value) => parseList(value).includes("wal2json"),
  };
  if (libraries.includes("wal2json")) return passUnlessUndone(problem, setting.value);
  return fail(
    "the server does not allow wal2json",
    [settingFinding(problem)],
    OF_ITS_OWN.test(setting.source) ? roleFix(request, problem) : settingFix(problem),
  );
}

/** The source of a setting of a role or a database, which overrides ALTER SYSTEM. */
const OF_ITS_OWN = /^(role|database|all roles)\b/;

function roleFix({ plan, source }: PreflightRequest, { name, literal }: SettingProblem): Fix {
  const whose = sql`${quoteIdentifier(plan.role.name)} IN DATABASE ${quoteIdentifier(source.database)}`;
  return {
    text: `Set ${name} for the role, as a superuser; applies to new sessions`,
    // The role's setting for this database overrides all others.
    sql: [sql`ALTER ROLE ${whose} SET ${SETTING_SQL[name]} = ${literal};`],
    effect: "none",
  };
}

/** A user who cannot read every setting does not see this one; then only creating a slot shows it. */
function withoutSetting(server: ServerFacts, slotProbe: NamedFacts["slotProbe"]): Verdict {
  if (server.allSettingsVisible) return pass("this Postgres version has no such list");
  if (slotProbe.kind !== "read")
    return {
      kind: slotProbe.kind,
      message: `${ALLOWED} is hidden from this user (needs pg_read_all_settings), and no slot was tried: ${slotProbe.reason}`,
    };
  const { value } = slotProbe;
  if (value.outcome === "created" || value.sqlstate !== SqlState.insufficientPrivilege) return pass();
  return {
    kind: "unknown",
    message: `${ALLOWED} is hidden from this user (needs pg_read_all_settings), and creating a slot failed: the server says "${value.message}"`,
  };
}

function parseList(value: string): string[] {
  return value
    .split(",")
    .map((name) => name.trim().replace(/^"(.*)"$/, "$1"))
    .filter((name) => name !== "");
}

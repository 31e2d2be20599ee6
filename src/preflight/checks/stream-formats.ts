import { quoteIdentifier } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { SETTING_SQL, type SettingName } from "../facts/setting-names";
import { joinNames } from "../judge/join-names";
import { type SettingProblem, settingFinding, undoneFinding } from "../judge/settings";

/** A setting for the format of values, and which of its values write text that every session reads correctly. */
interface Format {
  readonly name: SettingName;
  readonly needed: string;
  readonly literal: Sql;
  readonly suffices: (value: string) => boolean;
}

/**
 * pg_dump sets these before it writes values, for the same reason. wal2json writes each value as the sessions of the role
 * do, cuts off the \x of a bytea, and the target reads the text with its own settings.
 */
const FORMATS: readonly Format[] = [
  { name: "bytea_output", needed: "hex", literal: sql`hex`, suffices: (value) => value !== "escape" },
  { name: "datestyle", needed: "ISO", literal: sql`ISO`, suffices: (value) => !NOT_ISO.test(value) },
  {
    name: "intervalstyle",
    needed: "postgres",
    literal: sql`postgres`,
    suffices: (value) => value !== "sql_standard",
  },
  {
    name: "extra_float_digits",
    needed: "at least 1",
    literal: sql`1`,
    suffices: (value) => !(Number(value) < 1),
  },
];

/** A DateStyle is the style, the order of day and month, or both. */
const NOT_ISO = /\b(sql|postgres|german)/i;

/** The formats of the values in the stream, set by the role, the database or the server. */
export const streamFormats = defineCheck({
  id: "stream-formats",
  category: "server",
  title: "values are streamed in lossless formats",
  severity: "error",
  reads: ["server"],
  judge: ({ request, server }) => {
    const { settings } = server;
    const problems = FORMATS.flatMap((format): SettingProblem[] => {
      const setting = settings[format.name];
      return setting === undefined ? [] : [{ ...format, setting, effect: "reload" }];
    });
    const wrong = problems.filter(({ setting, suffices }) => setting && !suffices(setting.value));
    const undone = problems.flatMap((problem) => {
      const finding = undoneFinding(problem);
      return finding === undefined ? [] : [{ ...problem, finding }];
    });
    const all = [...wrong, ...undone];
    if (all.length === 0) return pass();
    const role = sql`${quoteIdentifier(request.plan.role.name)} IN DATABASE ${quoteIdentifier(request.source.database)}`;
    const verdict = fail(
      wrong.length > 0
        ? `${joinNames(wrong.map(({ name }) => name))} would alter values in the stream`
        : `the next reload or restart changes ${joinNames(undone.map(({ name }) => name))}`,
      [...wrong.map(settingFinding), ...undone.map(({ finding }) => finding)],
      {
        text: "Set it for Ardent's role only, once the role exists; applies to new sessions",
        // The role's setting for this database overrides all others.
        sql: all.map(({ name, literal }) => sql`ALTER ROLE ${role} SET ${SETTING_SQL[name]} = ${literal};`),
      },
    );
    return wrong.length > 0 ? verdict : { ...verdict, severity: "warning" };
  },
});

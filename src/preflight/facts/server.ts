import { z } from "zod";
import type { Session } from "../../postgres/session";
import { sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";
import { type DdlTrigger, readDdlTriggers } from "./ddl-triggers";
import type { Evidence } from "./evidence";
import { readSchema } from "./evidence-schema";
import {
  SETTING_NAMES,
  type SettingName,
  TRIGGER_SETTING_NAMES,
  type TriggerSettingName,
} from "./setting-names";
import { canonicalValue, type SettingKind } from "./setting-value";

/** The server: version, settings, slots and WAL senders. */
export interface ServerFacts {
  /** server_version_num, such as 170011, and the number a reader knows, such as "17.11". */
  readonly version: { readonly number: number; readonly text: string };
  /** A standby: pg_is_in_recovery(). */
  readonly inRecovery: boolean;
  /**
   * The settings that the checks need, by name; one that the server does not know or show is absent. The role's own
   * settings count, except those that turn off event triggers, which are read for every role.
   */
  readonly settings: { readonly [name in SettingName]?: Setting };
  /** Whether the reader sees every setting; otherwise an absent one may exist. */
  readonly allSettingsVisible: boolean;
  /** Whether the reader sees what other users' sessions do (pg_read_all_stats). */
  readonly allStatsVisible: boolean;
  /** Settings of roles and of this database that turn off event triggers, the most specific first. */
  readonly triggerSettings: readonly OwnSetting[];
  /** Event triggers of applications in this database. */
  readonly ddlTriggers: readonly DdlTrigger[];
  /** Every replication slot of the server. */
  readonly slots: readonly Slot[];
  /** Connected WAL senders, those of standbys included. */
  readonly senders: readonly Sender[];
  /** Whether the wal2json library can be loaded; only a superuser can try, for others the slot probe shows it. */
  readonly wal2jsonLibrary: Evidence<{ readonly loads: boolean; readonly sqlstate?: string }>;
}

/** One row of pg_settings, with the overrides of the role and the database. */
export interface Setting {
  /** The running value as pg_settings writes it, in the setting's unit. */
  readonly value: string;
  /** Where it comes from: "default", "configuration file", "command line", "role ardent_replication", … */
  readonly source: string;
  /** The file and line; only a superuser sees them. */
  readonly where?: string;
  /**
   * The value in the settings files, if it differs from the running one: it waits for a reload or a restart. The default
   * if the line was removed.
   */
  readonly inFiles?: string;
  /** The same as it is written there, usually with a unit. */
  readonly inFilesText?: string;
  /** The file and line of that. */
  readonly inFilesWhere?: string;
  /** Set if another value waits for a restart, but this user cannot see which. */
  readonly pendingRestart?: true;
  /** Set if the server rejects ALTER SYSTEM (allow_alter_system, 17+). */
  readonly alterSystem?: "refused";
}

/** A setting of a role or of this database (pg_db_role_setting). */
export interface OwnSetting {
  readonly name: TriggerSettingName;
  /** As pg_settings would write it. */
  readonly value: string;
  /** Undefined for every role. */
  readonly role?: string;
  /** Undefined for every database. */
  readonly database?: string;
}

/** One row of pg_replication_slots. */
export interface Slot {
  readonly name: string;
  /** Undefined for a physical slot. */
  readonly plugin?: string;
  readonly database?: string;
  readonly temporary: boolean;
  readonly active: boolean;
  readonly activePid?: number;
  /** `reserved`, `extended`, `unreserved` or `lost`; undefined for a slot that never was used. */
  readonly walStatus?: string;
  /** The WAL that it retains, in bytes; undefined if none. */
  readonly retainedBytes?: number;
  /** Whether a promoted standby has it too; undefined before 17. */
  readonly failover?: boolean;
  /** Why it can no longer be used (17+), such as "idle_timeout". */
  readonly invalidationReason?: string;
}

/** One row of pg_stat_replication. */
export interface Sender {
  readonly pid: number;
  /** Whether it streams to a physical standby; false if this user cannot see that. */
  readonly standby: boolean;
  /** The application_name, if this user can see it. */
  readonly name?: string;
  /**
   * `sync` or `quorum` if commits may wait for this one, `potential` if it would replace another one, otherwise `async`;
   * undefined if this user cannot see that.
   */
  readonly syncState?: string;
}

// reset_val: the session itself runs read-only, with time-outs of its own. What the reader's own role sets is no
// setting of the server, and is told apart by readerOwn. to_jsonb: the slots' columns differ by version. The overrides are ranked as Postgres ranks them.
const SERVER = `
  SELECT current_setting('server_version_num')::int AS "versionNum",
         pg_is_in_recovery() AS "inRecovery",
         pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS "allSettingsVisible",
         pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS "allStatsVisible",
         has_function_privilege('pg_show_all_file_settings()', 'EXECUTE') AS "filesReadable",
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "superuser",
         (SELECT coalesce(json_agg(json_build_object('name', lower(name), 'value', reset_val, 'source', source,
                   'bootValue', boot_val, 'sourceFile', sourcefile, 'sourceLine', sourceline,
                   'type', vartype, 'unit', unit, 'pendingRestart', pending_restart)), '[]')
            FROM pg_settings WHERE lower(name) = ANY ($1)) AS settings,
         (SELECT coalesce(json_agg(o ORDER BY rank), '[]') FROM (
            SELECT lower(split_part(setting, '=', 1)) AS name, substr(setting, strpos(setting, '=') + 1) AS value,
                   CASE WHEN s.setrole = 0 THEN 0 ELSE 2 END + CASE WHEN s.setdatabase = 0 THEN 0 ELSE 1 END AS rank,
                   coalesce(nullif(concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname), ''), 'all roles') AS source
              FROM pg_db_role_setting s
              CROSS JOIN unnest(s.setconfig) AS setting
              LEFT JOIN pg_database d ON d.oid = s.setdatabase
              LEFT JOIN pg_roles r ON r.oid = s.setrole
             WHERE (s.setrole = 0 OR r.rolname = $2)
               AND (s.setdatabase = 0 OR d.datname = current_database())
               AND lower(split_part(setting, '=', 1)) = ANY ($1)
               AND NOT (split_part(setting, '=', 1) = ANY ($3) AND s.setrole <> 0)) o) AS overrides,
         (SELECT coalesce(json_agg(DISTINCT lower(split_part(setting, '=', 1))), '[]')
            FROM pg_db_role_setting s
            CROSS JOIN unnest(s.setconfig) AS setting
            JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = session_user
           WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS "readerOwn",
         (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('name', split_part(setting, '=', 1),
                   'value', substr(setting, strpos(setting, '=') + 1), 'role', r.rolname, 'database', d.datname))
                   ORDER BY s.setrole = 0, s.setdatabase = 0, r.rolname), '[]')
            FROM pg_db_role_setting s
            CROSS JOIN unnest(s.setconfig) AS setting
            LEFT JOIN pg_database d ON d.oid = s.setdatabase
            LEFT JOIN pg_roles r ON r.oid = s.setrole
           WHERE (s.setdatabase = 0 OR d.datname = current_database())
             AND split_part(setting, '=', 1) = ANY ($3)) AS "triggerSettings",
         (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('name', slot_name, 'plugin', plugin,
                   'database', database, 'temporary', temporary, 'active', active, 'activePid', active_pid,
                   'walStatus', wal_status,
                   'retainedBytes', pg_wal_lsn_diff(
                     CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                     restart_lsn),
                   'failover', to_jsonb(s) -> 'failover',
                   'invalidationReason', coalesce(to_jsonb(s) ->> 'invalidation_reason',
                     CASE WHEN to_jsonb(s) ->> 'conflicting' = 'true' THEN 'conflicting' END)))
                   ORDER BY slot_name), '[]')
            FROM pg_replication_slots s) AS slots,
         (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('pid', pid, 'name', application_name, 'syncState', sync_state,
                   'standby', coalesce(state IN ('streaming', 'catchup') AND application_name <> 'pg_receivewal'
                     AND pid NOT IN (SELECT active_pid FROM pg_replication_slots
                                      WHERE slot_type = 'logical' AND active_pid IS NOT NULL), false))) ORDER BY pid), '[]')
            FROM pg_stat_replication) AS senders`;

// A row without a name is an unreadable line, after which other lines are missing; one without a place is not a line.
const FILES = `
  SELECT lower(name) AS name, setting AS value, sourcefile || ':' || sourceline AS "where" FROM pg_file_settings
   WHERE name IS NULL OR lower(name) = ANY ($1) ORDER BY seqno`;

interface FileLine {
  readonly name: string | null;
  readonly value: string | null;
  readonly where: string | null;
}

interface ServerRow {
  readonly versionNum: number;
  readonly inRecovery: boolean;
  readonly allSettingsVisible: boolean;
  readonly allStatsVisible: boolean;
  readonly filesReadable: boolean;
  readonly superuser: boolean;
  readonly settings: readonly SettingRow[];
  readonly overrides: readonly { readonly name: string; readonly value: string; readonly source: string }[];
  readonly readerOwn: readonly string[];
  readonly triggerSettings: readonly OwnSetting[];
  readonly slots: readonly Slot[];
  readonly senders: readonly Sender[];
}

interface SettingRow extends SettingKind {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly bootValue: string;
  readonly sourceFile: string | null;
  readonly sourceLine: number | null;
  readonly pendingRestart: boolean;
}

/**
 * Reads the facts of the server: three round trips for a superuser, one for others.
 *
 * @param role - the role whose own settings override the server's
 */
export async function readServerFacts(session: Session, role: string): Promise<ServerFacts> {
  const [row] = await session.query<ServerRow>(SERVER, [SETTING_NAMES, role, TRIGGER_SETTING_NAMES]);
  if (row === undefined) throw new Error("a SELECT without FROM returned no row");
  const files = row.filesReadable ? await session.query<FileLine>(FILES, [SETTING_NAMES]) : undefined;
  const kinds = new Map(row.settings.map((setting) => [setting.name, setting]));
  const canonical = <T extends { readonly name: string; readonly value: string }>(own: T): T => {
    const kind = kinds.get(own.name);
    return kind === undefined ? own : { ...own, value: canonicalValue(own.value, kind) };
  };
  return {
    version: { number: row.versionNum, text: versionText(row.versionNum) },
    inRecovery: row.inRecovery,
    settings: settingsOf({ ...row, overrides: row.overrides.map(canonical) }, files),
    allSettingsVisible: row.allSettingsVisible,
    allStatsVisible: row.allStatsVisible,
    triggerSettings: row.triggerSettings.map(canonical),
    ddlTriggers: await readDdlTriggers(session),
    slots: row.slots,
    senders: row.senders,
    wal2jsonLibrary: row.superuser
      ? await loadWal2json(session)
      : { kind: "skipped", reason: "only a superuser can load a library by name" },
  };
}

/** Such as "17.11"; from 10 on a version has two parts. */
function versionText(versionNum: number): string {
  return `${Math.trunc(versionNum / 10_000)}.${versionNum % 10_000}`;
}

function settingsOf(row: ServerRow, files: readonly FileLine[] | undefined): { [name: string]: Setting } {
  const refused = row.settings.some(({ name, value }) => name === "allow_alter_system" && value === "off");
  const alterSystem = refused ? ({ alterSystem: "refused" } as const) : {};
  const settings = row.settings.flatMap((setting): [string, Setting][] => {
    const { name, value, source, bootValue, sourceFile, sourceLine, pendingRestart } = setting;
    const file = fileValue(setting, files);
    // The settings of this user hide those that the server gives to other roles.
    if (row.readerOwn.includes(name)) {
      if (files === undefined) return [];
      const below = file ?? { value: bootValue };
      return [
        [
          name,
          {
            value: below.value,
            source: file === undefined ? "default" : "configuration file",
            ...alterSystem,
          },
        ],
      ];
    }
    return [
      [
        name,
        {
          value,
          source: source === "session" ? sourceBelow(value, bootValue) : source,
          ...(sourceFile === null ? {} : { where: `${sourceFile}:${sourceLine}` }),
          ...(file === undefined || file.value === value
            ? {}
            : {
                inFiles: file.value,
                inFilesText: file.text,
                ...(file.where === undefined ? {} : { inFilesWhere: file.where }),
              }),
          ...(files === undefined && pendingRestart ? { pendingRestart: true } : {}),
          ...alterSystem,
        },
      ],
    ];
  });
  const overrides = row.overrides.map(({ name, value, source }): [string, Setting] => [
    name,
    { value, source },
  ]);
  return Object.fromEntries([...settings, ...overrides]);
}

/** The value of a setting in the files; undefined if they do not decide or cannot be read. */
function fileValue(
  { name, source, bootValue, type, unit }: SettingRow,
  files: readonly FileLine[] | undefined,
): { readonly value: string; readonly text: string; readonly where?: string } | undefined {
  if (files === undefined || source === "command line" || source === "environment variable") return undefined;
  const line = files.findLast((line) => line.name === name);
  if (line !== undefined) {
    const text = line.value ?? "";
    const value = canonicalValue(text, { type, unit });
    return line.where === null ? { value, text } : { value, text, where: line.where };
  }
  const complete = files.every(({ name, where }) => name !== null || where === null);
  return complete && source === "configuration file" ? { value: bootValue, text: bootValue } : undefined;
}

/** The original source of a setting that this session has changed, which pg_settings no longer shows. */
function sourceBelow(value: string, bootValue: string): string {
  return value === bootValue ? "default" : "the server's settings";
}

/** LOAD proves that the library is there; it leaves it in this backend only. */
async function loadWal2json(session: Session): Promise<ServerFacts["wal2jsonLibrary"]> {
  try {
    await session.query("LOAD 'wal2json'");
    return { kind: "read", value: { loads: true } };
  } catch (error) {
    const sqlstate = sqlState(error);
    if (sqlstate === undefined) throw error;
    return { kind: "read", value: { loads: false, sqlstate } };
  }
}

/** What {@link readServerFacts} reads. */
export const serverSchema = schemaOf<ServerFacts>()(
  z.object({
    version: z.object({ number: z.number(), text: z.string() }),
    inRecovery: z.boolean(),
    settings: z.partialRecord(
      z.enum(SETTING_NAMES),
      z.object({
        value: z.string(),
        source: z.string(),
        where: z.string().optional(),
        inFiles: z.string().optional(),
        inFilesText: z.string().optional(),
        inFilesWhere: z.string().optional(),
        pendingRestart: z.literal(true).optional(),
        alterSystem: z.literal("refused").optional(),
      }),
    ),
    allSettingsVisible: z.boolean(),
    allStatsVisible: z.boolean(),
    triggerSettings: z.array(
      z.object({
        name: z.enum(TRIGGER_SETTING_NAMES),
        value: z.string(),
        role: z.string().optional(),
        database: z.string().optional(),
      }),
    ),
    ddlTriggers: z.array(z.object({ name: z.string(), event: z.string(), calls: z.string() })),
    slots: z.array(
      z.object({
        name: z.string(),
        plugin: z.string().optional(),
        database: z.string().optional(),
        temporary: z.boolean(),
        active: z.boolean(),
        activePid: z.number().optional(),
        walStatus: z.string().optional(),
        retainedBytes: z.number().optional(),
        failover: z.boolean().optional(),
        invalidationReason: z.string().optional(),
      }),
    ),
    senders: z.array(
      z.object({
        pid: z.number(),
        standby: z.boolean(),
        name: z.string().optional(),
        syncState: z.string().optional(),
      }),
    ),
    wal2jsonLibrary: readSchema(z.object({ loads: z.boolean(), sqlstate: z.string().optional() })),
  }),
);

import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { isValidValue, type SettingValues } from "./setting-value";

/** Errors in postgresql.conf, the files that it includes, and pg_ident.conf. */
export interface ConfigurationFiles {
  /** Lines that the server could not apply; the first hundred. */
  readonly settings: readonly SettingsLineError[];
  /** Lines of pg_ident.conf that cannot be read; the first hundred. From 15 on, if the user can see them. */
  readonly identMappings: readonly { readonly where: string; readonly error: string }[];
}

/** A row of pg_file_settings that has an error. */
export interface SettingsLineError {
  /** The file and line; undefined for a setting that was removed from the files. */
  readonly where?: string;
  /** The setting's name; undefined where the line cannot be read. */
  readonly name?: string;
  /** The server's message. */
  readonly error: string;
  /** Whether the line is valid and waits for a restart. */
  readonly needsRestart: boolean;
}

interface Row {
  readonly where: string | null;
  readonly name: string | null;
  readonly value: string | null;
  readonly error: string;
  /** How many rows are listed. */
  readonly named: number;
}

const SETTINGS = `
  SELECT * FROM (
    SELECT sourcefile || ':' || sourceline AS "where", name, setting AS value, error, (count(name) OVER ())::int AS named, seqno
      FROM pg_file_settings) AS rows
   WHERE error IS NOT NULL ORDER BY seqno LIMIT 100`;

// Once a setting waits for a restart, pending_restart stays true, even if the files change again.
const PENDING = `
  SELECT lower(name) AS name, vartype AS type, unit, min_val AS min, max_val AS max, to_json(enumvals) AS words
    FROM pg_settings WHERE pending_restart`;

const IDENT_FROM = 150_000;
const IDENT_VISIBLE =
  "SELECT has_function_privilege('pg_ident_file_mappings()', 'EXECUTE') AND has_table_privilege('pg_ident_file_mappings', 'SELECT') AS visible";
const IDENT = `
  SELECT coalesce(row ->> 'file_name', current_setting('ident_file', true), 'pg_ident.conf') || ':' || (row ->> 'line_number') AS "where",
         row ->> 'error' AS error
    FROM (SELECT to_jsonb(m) AS row FROM pg_ident_file_mappings m) AS m
   WHERE row ->> 'error' IS NOT NULL ORDER BY (row ->> 'line_number')::int LIMIT 100`;

/**
 * Reads which lines of the configuration files the server cannot use.
 *
 * @throws SQLSTATE 42501 unless the session is a superuser's or may execute pg_show_all_file_settings()
 */
export async function readConfigurationFiles(session: Session): Promise<ConfigurationFiles> {
  const rows = await session.query<Row>(SETTINGS);
  // After the files were read, because reading them updates pending_restart in this session.
  const pending = await session.query<SettingValues & { name: string }>(PENDING);
  const waits = (name: string, value: string | null) => {
    const setting = pending.find((setting) => setting.name === name.toLowerCase());
    return setting !== undefined && isValidValue(value ?? "", setting);
  };
  return {
    settings: rows.map(({ where, name, value, error, named }) => ({
      ...(where === null ? {} : { where }),
      ...(name === null ? {} : { name }),
      error,
      // A setting that was removed has neither. If postgresql.conf cannot be opened, no row has them.
      needsRestart: name === null ? where === null && named > 0 : waits(name, value),
    })),
    identMappings: await readIdentMappings(session),
  };
}

async function readIdentMappings(session: Session): Promise<ConfigurationFiles["identMappings"]> {
  if (session.serverVersionNum < IDENT_FROM) return [];
  const [rights] = await session.query<{ visible: boolean }>(IDENT_VISIBLE);
  return rights?.visible ? await session.query(IDENT) : [];
}

/** The facts of postgresql.conf and pg_ident.conf. */
export const configurationFilesSchema = schemaOf<ConfigurationFiles>()(
  z.object({
    settings: z.array(
      z.object({
        where: z.string().optional(),
        name: z.string().optional(),
        error: z.string(),
        needsRestart: z.boolean(),
      }),
    ),
    identMappings: z.array(z.object({ where: z.string(), error: z.string() })),
  }),
);

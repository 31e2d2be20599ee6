import { z } from "zod";
import { effectiveRights } from "../../access/effective-roles";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** The search_path with which the role's sessions in this database start. */
export interface SearchPathFacts {
  /** The setting as it is written: `"$user", public`. */
  readonly value: string;
  /** Where it comes from: "default", "configuration file", "database shop", "role ardent in database shop", … */
  readonly source: string;
  /** Its schemas in their order, `$user` replaced by the role's name. */
  readonly schemas: readonly SearchedSchema[];
}

/** One schema of a search_path. */
export interface SearchedSchema {
  readonly name: string;
  readonly exists: boolean;
  /** Whether the role has USAGE on it, judged as if it were not a superuser. */
  readonly usage: boolean;
}

/**
 * Reads the role's search_path and which of its schemas it can use. Every user can read this.
 *
 * @param role - the role that Ardent logs in as; it does not have to exist; then the database's setting or the server's
 *   counts, and PUBLIC's USAGE
 */
export async function readSearchPath(session: Session, role: string): Promise<SearchPathFacts> {
  const { value, source } = await readServerSearchPath(session);
  const [row] = await session.query<SearchPathFacts>(usableSchemasQuery(session.serverVersionNum), [
    role,
    value,
    source,
  ]);
  if (row === undefined) throw new Error("the search_path query returned no row");
  return row;
}

function usableSchemasQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRights(serverVersionNum)}, ${SEARCH_PATH}
SELECT path.value, path.source,
       coalesce((
         SELECT json_agg(json_build_object(
           'name', element.name,
           'exists', n.oid IS NOT NULL OR element.name = 'pg_temp',
           'usage', element.name = 'pg_temp' OR n.oid IS NOT NULL AND (reads_all OR EXISTS (
             SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
             WHERE a.privilege_type = 'USAGE' AND a.grantee = ANY (grantees)))
         ) ORDER BY position)
         FROM element
         CROSS JOIN rights
         LEFT JOIN pg_catalog.pg_namespace n ON n.nspname::text = element.name
       ), '[]') AS schemas
FROM path`;
}

/**
 * The search_path with which a role's sessions in this database begin, as common table expressions in which $1 is the
 * role's name, and $2 and $3 are what {@link readServerSearchPath} gives: `path` (one row: `value`, `source`) and
 * `element` (its schemas: `position`, `name`).
 */
// The overrides are ranked as Postgres ranks them. A path is a list of identifiers; unquoted ones are folded to lower
// case. pg_temp is created at its first use.
export const SEARCH_PATH = `path AS (
  SELECT substr(setting, strpos(setting, '=') + 1) AS value,
         coalesce(nullif(concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname), ''), 'all roles') AS source,
         CASE WHEN s.setrole = 0 THEN 1 ELSE 3 END + CASE WHEN s.setdatabase = 0 THEN 0 ELSE 1 END AS rank
  FROM pg_catalog.pg_db_role_setting s
  CROSS JOIN unnest(s.setconfig) AS setting
  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
  WHERE (s.setrole = 0 OR r.rolname::text = $1)
    AND (s.setdatabase = 0 OR d.datname = current_database())
    AND split_part(setting, '=', 1) = 'search_path'
  UNION ALL
  SELECT $2::text, $3::text, 0
  ORDER BY rank DESC LIMIT 1
), element AS (
  SELECT position, CASE folded WHEN '$user' THEN $1::text ELSE folded END AS name
  FROM (
    SELECT position, coalesce(replace(word[1], '""', '"'), lower(word[2] COLLATE "C")) AS folded
    FROM path
    CROSS JOIN regexp_matches(value, '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g') WITH ORDINALITY AS words (word, position)
  ) AS words
)`;

/** The server's own search_path, which counts where neither the role nor the database sets one. */
export interface ServerSearchPath {
  readonly value: string;
  readonly source: string;
}

/**
 * Reads the server's own search_path. Our sessions have a fixed one, which hides it, so it is read from the settings
 * files. If the user cannot read those, it is the built-in default, and `source` says that it is assumed.
 */
export async function readServerSearchPath(session: Session): Promise<ServerSearchPath> {
  const [row] = await session.query<ServerPathRow>(SERVER_PATH);
  if (row === undefined) throw new Error("there is no setting search_path");
  if (!row.hidden) return { value: row.value, source: row.source };
  if (!row.filesReadable)
    return { value: row.builtIn, source: "assumed; this user may not read the settings files" };
  const [file] = await session.query<{ value: string }>(FILE_PATH);
  return file === undefined
    ? { value: row.builtIn, source: "default" }
    : { value: file.value, source: "configuration file" };
}

interface ServerPathRow {
  readonly value: string;
  readonly source: string;
  readonly builtIn: string;
  readonly hidden: boolean;
  readonly filesReadable: boolean;
}

// Settings of a database or of all roles are in pg_db_role_setting.
const SERVER_PATH = `
SELECT reset_val AS value, source, boot_val AS "builtIn",
       source NOT IN ('default', 'environment variable', 'configuration file', 'command line') AS hidden,
       has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
         AND has_table_privilege('pg_catalog.pg_file_settings', 'SELECT') AS "filesReadable"
FROM pg_catalog.pg_settings WHERE name = 'search_path'`;

// The last line wins.
const FILE_PATH = `
SELECT setting AS value FROM pg_catalog.pg_file_settings
WHERE name = 'search_path' AND applied ORDER BY seqno DESC LIMIT 1`;

/** What {@link readSearchPath} reads. */
export const searchPathSchema = schemaOf<SearchPathFacts>()(
  z.object({
    value: z.string(),
    source: z.string(),
    schemas: z.array(z.object({ name: z.string(), exists: z.boolean(), usage: z.boolean() })),
  }),
);

import { z } from "zod";
import { effectiveRights } from "../../access/effective-roles";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** The search_path with which the role's sessions in this database begin. */
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
  /** Whether the role has USAGE on it, judged as if it were no superuser. */
  readonly usage: boolean;
}

/**
 * Reads the role's search_path and which of its schemas it can use, in one query. Everybody may read this.
 *
 * @param role - the role that Ardent logs in as; it need not exist, then the database's setting or the server's
 *   counts, and PUBLIC's USAGE
 */
export async function readSearchPath(session: Session, role: string): Promise<SearchPathFacts> {
  const [row] = await session.query<SearchPathFacts>(searchPathQuery(session.serverVersionNum), [role]);
  if (row === undefined) throw new Error("the search_path query returned no row");
  return row;
}

// The overrides are ranked as Postgres ranks them. What the reader's own role overrides is not what the role gets:
// the server's own value is hidden behind it, and most likely the built-in one. A path is a list of identifiers, and
// what is not quoted in it is folded. pg_temp is made when it is first asked for.
function searchPathQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRights(serverVersionNum)}, path AS (
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
  SELECT CASE WHEN own THEN boot_val ELSE reset_val END, CASE WHEN own THEN 'default' ELSE source END, 0
  FROM (SELECT *, source IN ('user', 'database user', 'client') AS own FROM pg_catalog.pg_settings) AS settings
  WHERE name = 'search_path'
  ORDER BY rank DESC LIMIT 1
), element AS (
  SELECT position, CASE folded WHEN '$user' THEN $1 ELSE folded END AS name
  FROM (
    SELECT position, coalesce(replace(word[1], '""', '"'), lower(word[2] COLLATE "C")) AS folded
    FROM path
    CROSS JOIN regexp_matches(value, '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g') WITH ORDINALITY AS words (word, position)
  ) AS words
)
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

/** What {@link readSearchPath} reads. */
export const searchPathSchema = schemaOf<SearchPathFacts>()(
  z.object({
    value: z.string(),
    source: z.string(),
    schemas: z.array(z.object({ name: z.string(), exists: z.boolean(), usage: z.boolean() })),
  }),
);

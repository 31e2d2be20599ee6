import { z } from "zod";
import type { Session } from "../postgres/session";
import { schemaOf } from "../schema-of";
import { EXAMPLES } from "./examples";

/** What prevents DROP ROLE: the objects that a role owns or is named in, according to pg_shdepend. */
export interface RoleDependencies {
  /** In the session's database, and what belongs to no database. */
  readonly here: {
    readonly count: number;
    /** Whether the role owns any of them, for which REASSIGN OWNED sets another owner. */
    readonly owns: boolean;
    /** The first few; owned objects come first. */
    readonly objects: readonly RemainingObject[];
  };
  /** The number of objects in each other database; only a session there can name them. Ordered by name. */
  readonly elsewhere: readonly { readonly database: string; readonly count: number }[];
}

/** One object that a role owns or is named in. */
export interface RemainingObject {
  /** In words, such as "table app.orders". */
  readonly description: string;
  /** `named`: in a policy, a membership or the like. */
  readonly how: "owned" | "granted" | "named";
  /** As pg_identify_object has it, such as "table". */
  readonly type: string;
  /** Its schema, where it has one, and its name, unquoted; undefined for an object of another kind. */
  readonly name?: readonly string[];
  /** The types of a routine's arguments: schema and name. */
  readonly argumentTypes?: readonly (readonly string[])[];
  /** For default privileges only: their owner, their schema and their object type. */
  readonly defaults?: {
    readonly owner: string;
    readonly schema?: string;
    readonly objects: DefaultPrivilegeObjects;
  };
}

/** What default privileges are on, as ALTER DEFAULT PRIVILEGES names it. */
export const DEFAULT_PRIVILEGE_OBJECTS = [
  "TABLES",
  "SEQUENCES",
  "ROUTINES",
  "TYPES",
  "SCHEMAS",
  "LARGE OBJECTS",
] as const;
export type DefaultPrivilegeObjects = (typeof DEFAULT_PRIVILEGE_OBJECTS)[number];

/**
 * Reads what a role still owns or holds. Any user can read this.
 *
 * @returns undefined when there is no such role
 */
export async function readRoleDependencies(
  session: Session,
  role: string,
): Promise<RoleDependencies | undefined> {
  const [row] = await session.query(REMAINS_QUERY, [role]);
  return remainsSchema.optional().parse(row);
}

const remainsSchema = schemaOf<RoleDependencies>()(
  z.object({
    here: z.object({
      count: z.number(),
      owns: z.boolean(),
      objects: z.array(
        z.object({
          description: z.string(),
          how: z.enum(["owned", "granted", "named"]),
          type: z.string(),
          name: z.array(z.string()).optional(),
          argumentTypes: z.array(z.array(z.string())).optional(),
          defaults: z
            .object({
              owner: z.string(),
              schema: z.string().optional(),
              objects: z.enum(DEFAULT_PRIVILEGE_OBJECTS),
            })
            .optional(),
        }),
      ),
    }),
    elsewhere: z.array(z.object({ database: z.string(), count: z.number() })),
  }),
);

// A column's ACL is named as its table's: REVOKE on the table takes it too.
const REMAINS_QUERY = `
WITH self AS (
  SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1
), dependency AS (
  SELECT d.dbid, d.dbid IN (0, db.oid) AS here, d.classid, d.objid,
         CASE WHEN bool_or(d.deptype = 'o') THEN 'owned' WHEN bool_or(d.deptype = 'a') THEN 'granted' ELSE 'named' END
           AS how
  FROM self
  JOIN pg_catalog.pg_shdepend d ON d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = self.oid
  JOIN pg_catalog.pg_database db ON db.datname = current_database()
  -- Before 14, a row without an object pins the superuser of initdb.
  WHERE d.deptype <> 'p'
  GROUP BY d.dbid, db.oid, d.classid, d.objid
), named AS (
  SELECT d.how, w.description, i.type, coalesce(
           (SELECT jsonb_build_array(n.nspname, c.relname) FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid),
           (SELECT jsonb_build_array(n.nspname, p.proname) FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid),
           (SELECT jsonb_build_array(n.nspname, t.typname) FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid),
           (SELECT jsonb_build_array(nspname) FROM pg_catalog.pg_namespace
             WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND oid = d.objid),
           (SELECT jsonb_build_array(datname) FROM pg_catalog.pg_database
             WHERE d.classid = 'pg_catalog.pg_database'::regclass AND oid = d.objid),
           (SELECT jsonb_build_array(lanname) FROM pg_catalog.pg_language
             WHERE d.classid = 'pg_catalog.pg_language'::regclass AND oid = d.objid),
           (SELECT jsonb_build_array(fdwname) FROM pg_catalog.pg_foreign_data_wrapper
             WHERE d.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND oid = d.objid),
           (SELECT jsonb_build_array(srvname) FROM pg_catalog.pg_foreign_server
             WHERE d.classid = 'pg_catalog.pg_foreign_server'::regclass AND oid = d.objid),
           (SELECT jsonb_build_array(spcname) FROM pg_catalog.pg_tablespace
             WHERE d.classid = 'pg_catalog.pg_tablespace'::regclass AND oid = d.objid),
           CASE WHEN i.type = 'large object' THEN jsonb_build_array(d.objid::text) END) AS name,
         CASE WHEN d.classid = 'pg_catalog.pg_proc'::regclass THEN (
           SELECT coalesce(jsonb_agg(jsonb_build_array(n.nspname, t.typname) ORDER BY a.position), '[]')
             FROM pg_catalog.pg_proc p
             CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, position)
             JOIN pg_catalog.pg_type t ON t.oid = a.type
             JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE p.oid = d.objid) END AS "argumentTypes",
         CASE WHEN acl.oid IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
           'owner', pg_catalog.pg_get_userbyid(acl.defaclrole),
           'schema', n.nspname,
           'objects', CASE acl.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
             WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END)) END AS defaults
  FROM dependency d
  CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
  CROSS JOIN LATERAL (SELECT pg_catalog.pg_describe_object(d.classid, d.objid, 0) AS description) w
  LEFT JOIN pg_catalog.pg_default_acl acl
    ON d.classid = 'pg_catalog.pg_default_acl'::regclass AND acl.oid = d.objid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = acl.defaclnamespace
  WHERE d.here
  ORDER BY d.how = 'owned' DESC, d.how, w.description COLLATE "C"
  LIMIT ${EXAMPLES}
)
SELECT jsonb_build_object(
         'count', (SELECT count(*) FROM dependency WHERE here),
         'owns', EXISTS (SELECT FROM dependency WHERE here AND how = 'owned'),
         'objects', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(to_jsonb(named))
                                ORDER BY how = 'owned' DESC, how, description COLLATE "C") FROM named), '[]')
       ) AS here,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object('database', database, 'count', count) ORDER BY database COLLATE "C")
         FROM (SELECT db.datname::text AS database, count(*) AS count
               FROM dependency JOIN pg_catalog.pg_database db ON db.oid = dbid
               WHERE NOT here GROUP BY db.datname) other
       ), '[]') AS elsewhere
FROM self`;

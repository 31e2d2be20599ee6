import type { Session } from "../postgres/session";

/** What stands in the way of DROP ROLE: what a role owns or is named in, as far as pg_shdepend knows. */
export interface RoleRemains {
  /** In the session's database, and what belongs to no database. */
  readonly here: {
    readonly count: number;
    /** Whether the role owns any of it, which REASSIGN OWNED hands on. */
    readonly owns: boolean;
    /** The first few, what is owned first. */
    readonly objects: readonly RemainingObject[];
  };
  /** How much there is in each other database; only a session there can name it. Ordered by name. */
  readonly elsewhere: readonly { readonly database: string; readonly count: number }[];
}

/** One object that a role owns or is named in. */
export interface RemainingObject {
  /** In words, such as "table app.orders". */
  readonly description: string;
  /** `named`: in a policy, a membership or the like. */
  readonly how: "owned" | "granted" | "named";
  /** As pg_identify_object has it, such as "table" and the quoted name. */
  readonly type: string;
  readonly identity: string;
  /** Whose default privileges these are, where and on what; only where they are ones. */
  readonly defaults?: { readonly owner: string; readonly schema?: string; readonly objects: string };
}

/** How many objects are named. */
const EXAMPLES = 5;

/**
 * Reads what a role still owns or holds. Any user can read this.
 *
 * @returns undefined when there is no such role
 */
export async function readRoleRemains(session: Session, role: string): Promise<RoleRemains | undefined> {
  const [row] = await session.query<RoleRemains>(REMAINS_QUERY, [role]);
  return row;
}

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
  GROUP BY d.dbid, db.oid, d.classid, d.objid
), named AS (
  SELECT d.how, w.description, i.type, i.identity,
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

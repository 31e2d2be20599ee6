import { z } from "zod";
import type { Session } from "../postgres/session";
import { schemaOf } from "../schema-of";
import { askedSchemas, COUNTED_OBJECT, DEFAULT_READ, USERS_SCHEMA } from "./catalog-parts";
import { effectiveRights } from "./effective-roles";

/** A role that owns tables or sequences in a schema, or can create them there. */
export interface TableOwner {
  /** The schema's name, unquoted. */
  readonly schema: string;
  /** The role's name, unquoted. */
  readonly owner: string;
  /** The number of permanent tables that it owns here, with partitioned tables and partitions, without extensions'. */
  readonly tables: number;
  /** Sequences that it owns here. */
  readonly sequences: number;
  /** Tables that it owns in the other schemas of the database. */
  readonly tablesElsewhere: number;
  /**
   * Whether the schema's ACL gives CREATE to the role by name, as it does to the schema's owner by default, or to a
   * role whose privileges it inherits.
   */
  readonly creates: boolean;
  /** Whether it is a superuser, who needs no CREATE. */
  readonly superuser: boolean;
}

/** The same, and what a role will be able to read of what the owner creates later. */
export interface TableOwnerState extends TableOwner {
  /** The roles through which it has CREATE as their member, by name; empty where it has CREATE itself. */
  readonly createsAsMemberOf: readonly string[];
  readonly defaultTables: boolean;
  readonly defaultSequences: boolean;
}

/** What {@link readTableOwners} reads. */
export interface TableOwners {
  /** By schema and name. */
  readonly owners: readonly TableOwnerState[];
  /** The schemas in which PUBLIC may create tables, and so every role. */
  readonly publicCreates: readonly string[];
  /** The requested schemas that do not exist. */
  readonly missing: readonly string[];
}

/**
 * Reads which roles own tables and sequences, and which can create them, in one query that every user can run.
 *
 * A role counts as a creator if it was granted CREATE by name, or inherits it as a member. Left out are PUBLIC, system
 * roles, superusers (listed only for what they own), and the session's user if it is only a member.
 *
 * @param schemas - names of schemas; undefined for every schema that is neither the system's, nor an extension's,
 *   nor `pgstream`
 * @param role - the role that will read the tables; undefined if there is none
 */
export async function readTableOwners(
  session: Session,
  schemas: readonly string[] | undefined,
  role?: string,
): Promise<TableOwners> {
  const [row] = await session.query<TableOwners>(ownersQuery(session.serverVersionNum), [role, schemas]);
  if (row === undefined) throw new Error("the owners query returned no row");
  return row;
}

function ownersQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRights(serverVersionNum)}, ${askedSchemas("$2")}, owned AS MATERIALIZED (
  SELECT c.relnamespace, c.relowner AS oid,
         count(*) FILTER (WHERE c.relkind <> 'S') AS tables, count(*) FILTER (WHERE c.relkind = 'S') AS sequences
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE ${COUNTED_OBJECT}
    AND (c.relnamespace IN (SELECT oid FROM asked) OR ${USERS_SCHEMA})
  GROUP BY c.relnamespace, c.relowner
), in_all AS (
  SELECT oid, sum(tables) AS tables FROM owned GROUP BY oid
), given AS (
  SELECT DISTINCT asked.oid AS relnamespace, a.grantee AS oid
  FROM asked
  CROSS JOIN aclexplode(asked.acl) a
  WHERE a.privilege_type = 'CREATE'
), member (oid, of) AS (
  SELECT membership.member, given.oid
  FROM (SELECT DISTINCT oid FROM given) AS given
  JOIN membership ON membership.roleid = given.oid
  UNION
  SELECT membership.member, member.of
  FROM member
  JOIN membership ON membership.roleid = member.oid
), creator AS (
  SELECT relnamespace, oid,
         CASE WHEN bool_or(of IS NULL) THEN '{}'::text[] ELSE array_agg(of ORDER BY of COLLATE "C") END AS as_member_of
  FROM (
    SELECT given.relnamespace, given.oid, NULL::text AS of FROM given
    UNION ALL
    SELECT given.relnamespace, member.oid, pg_get_userbyid(member.of)::text
    FROM given
    JOIN member ON member.of = given.oid
    -- The deploying user is often made a member of the owners, to make grants for them.
    WHERE member.oid <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
  ) AS creators
  GROUP BY relnamespace, oid
), owner AS (
  SELECT asked.oid AS relnamespace, asked.name AS schema, r.oid, r.rolname::text AS name, r.rolsuper,
         coalesce(owned.tables, 0) AS tables, coalesce(owned.sequences, 0) AS sequences,
         coalesce(in_all.tables, 0) - coalesce(owned.tables, 0) AS elsewhere,
         creator.oid IS NOT NULL AS creates, coalesce(creator.as_member_of, '{}') AS as_member_of
  FROM owned
  FULL JOIN creator USING (relnamespace, oid)
  JOIN asked ON asked.oid = relnamespace
  JOIN pg_catalog.pg_roles r ON r.oid = coalesce(owned.oid, creator.oid)
  LEFT JOIN in_all ON in_all.oid = r.oid
  WHERE owned.oid IS NOT NULL OR NOT r.rolsuper AND r.rolname !~ '^pg_'
), ${DEFAULT_READ}
SELECT coalesce((
         SELECT json_agg(json_build_object(
           'schema', owner.schema,
           'owner', owner.name,
           'tables', owner.tables,
           'sequences', owner.sequences,
           'tablesElsewhere', owner.elsewhere,
           'creates', owner.creates,
           'createsAsMemberOf', owner.as_member_of,
           'superuser', owner.rolsuper,
           'defaultTables', reads_all OR coalesce(t.readable, false),
           'defaultSequences', reads_all OR coalesce(s.readable, false)
         ) ORDER BY owner.schema COLLATE "C", owner.name COLLATE "C")
         FROM owner
         CROSS JOIN rights
         LEFT JOIN default_read t ON t.relnamespace = owner.relnamespace AND t.oid = owner.oid AND t.objtype = 'r'
         LEFT JOIN default_read s ON s.relnamespace = owner.relnamespace AND s.oid = owner.oid AND s.objtype = 'S'
       ), '[]') AS owners,
       ARRAY(SELECT asked.name FROM given JOIN asked ON asked.oid = given.relnamespace
             WHERE given.oid = 0 ORDER BY asked.name COLLATE "C") AS "publicCreates",
       ARRAY(SELECT wanted FROM unnest($2::text[]) AS wanted
             WHERE wanted NOT IN (SELECT name FROM asked) ORDER BY wanted COLLATE "C") AS missing`;
}

/** What {@link readTableOwners} reads. */
export const tableOwnersSchema = schemaOf<TableOwners>()(
  z.object({
    owners: z.array(
      z.object({
        schema: z.string(),
        owner: z.string(),
        tables: z.number(),
        sequences: z.number(),
        tablesElsewhere: z.number(),
        creates: z.boolean(),
        superuser: z.boolean(),
        createsAsMemberOf: z.array(z.string()),
        defaultTables: z.boolean(),
        defaultSequences: z.boolean(),
      }),
    ),
    publicCreates: z.array(z.string()),
    missing: z.array(z.string()),
  }),
);

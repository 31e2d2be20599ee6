import { z } from "zod";
import { ofExtension } from "../../access/catalog-parts";
import { EXAMPLES } from "../../access/examples";
import type { SchemaPlan } from "../../access/plan";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** What the user that read the facts can grant in this database, and so what a deployment as this user can do. */
export interface AdminRights {
  readonly user: string;
  readonly superuser: boolean;
  readonly createRole: boolean;
  /** Whether it has the attribute itself, which it needs from Postgres 16 on to give it to others. */
  readonly replication: boolean;
  /** Whether it can grant CONNECT and CREATE on the database: owns it, or has the grant options. */
  readonly grantsDatabase: boolean;
  readonly databaseOwner: string;
  /** Every requested schema that exists, ordered by name. */
  readonly schemas: readonly SchemaRights[];
  /** Every owner asked for that exists, ordered by name. */
  readonly owners: readonly OwnerRights[];
  /** Superusers among these owners: membership in one of them would give all privileges. */
  readonly superuserOwners: readonly string[];
}

/** What can be granted in one schema. */
export interface SchemaRights {
  readonly name: string;
  /** Its owner; the database's where that is pg_database_owner. */
  readonly owner: string;
  /** Whether USAGE on it can be granted. */
  readonly grantsUsage: boolean;
  /**
   * Objects that stop GRANT … ON ALL TABLES or SEQUENCES: tables and sequences on which SELECT cannot be granted,
   * and anything on which the user has no privilege at all, which is an error and not a warning.
   */
  readonly ungrantable: number;
  /** The first few of them by name, unquoted and without schema. */
  readonly examples: readonly string[];
  /** Who owns them, ordered by name. */
  readonly ungrantableOwners: readonly string[];
}

/** Whether ALTER DEFAULT PRIVILEGES FOR ROLE this owner is allowed. */
export interface OwnerRights {
  readonly name: string;
  readonly altersDefaults: boolean;
}

/**
 * Reads what the session's user can grant. A superuser really can grant everything, so here, unlike for the role's own
 * access, Postgres' has_…_privilege functions give the right answer.
 *
 * @param schemas - the schemas and owners to which the plan gives access; undefined for every schema that is not a
 *   system schema, and no owner
 */
export async function readAdminRights(
  session: Session,
  schemas: readonly SchemaPlan[] | undefined,
): Promise<AdminRights> {
  const owners = schemas?.flatMap((schema) => schema.owners) ?? [];
  const [row] = await session.query<AdminRights>(ADMIN_QUERY, [
    schemas?.map(({ name }) => name),
    [...new Set(owners)],
  ]);
  if (row === undefined) throw new Error("the session's user is no role");
  return row;
}

// ALTER DEFAULT PRIVILEGES FOR ROLE needs membership up to 15, and the privileges of the owner from 16 on.
const ADMIN_QUERY = `
WITH asked AS (
  -- From 15 on public belongs to pg_database_owner, to which no members can be added.
  SELECT oid, nspname,
         CASE pg_catalog.pg_get_userbyid(nspowner) WHEN 'pg_database_owner'
           THEN (SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database())
           ELSE nspowner END AS owner
  FROM pg_catalog.pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgstream')
    AND ($1::text[] IS NULL OR nspname::text = ANY ($1::text[]))
), ungrantable AS (
  SELECT c.relnamespace, c.relname, c.relowner
  FROM pg_catalog.pg_class c
  JOIN asked ON asked.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
    AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT WITH GRANT OPTION')
    AND (
      NOT pg_catalog.has_table_privilege(
        c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      OR c.relkind IN ('r', 'p', 'S') AND NOT ${ofExtension("pg_class", "c.oid")}
    )
), ungrantable_of AS (
  SELECT relnamespace,
         count(*) AS count,
         (array_agg(relname ORDER BY relname))[1:${EXAMPLES}] AS examples,
         array_agg(DISTINCT pg_catalog.pg_get_userbyid(relowner)) AS owners
  FROM ungrantable
  GROUP BY relnamespace
)
SELECT r.rolname::text AS "user",
       r.rolsuper AS "superuser",
       r.rolcreaterole AS "createRole",
       r.rolreplication AS "replication",
       pg_catalog.has_database_privilege(current_database(), 'CONNECT WITH GRANT OPTION')
         AND pg_catalog.has_database_privilege(current_database(), 'CREATE WITH GRANT OPTION')
         AS "grantsDatabase",
       (SELECT pg_catalog.pg_get_userbyid(d.datdba)::text FROM pg_catalog.pg_database d
        WHERE d.datname = current_database()) AS "databaseOwner",
       coalesce((
         SELECT json_agg(json_build_object(
           'name', a.nspname,
           'owner', pg_catalog.pg_get_userbyid(a.owner),
           'grantsUsage', pg_catalog.has_schema_privilege(a.oid, 'USAGE WITH GRANT OPTION'),
           'ungrantable', coalesce(u.count, 0),
           'examples', coalesce(u.examples, '{}'),
           'ungrantableOwners', coalesce(u.owners, '{}')
         ) ORDER BY a.nspname)
         FROM asked a
         LEFT JOIN ungrantable_of u ON u.relnamespace = a.oid
       ), '[]') AS "schemas",
       coalesce((
         SELECT json_agg(json_build_object(
           'name', o.rolname,
           'altersDefaults', pg_catalog.pg_has_role(
             o.oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'USAGE' END)
         ) ORDER BY o.rolname)
         FROM pg_catalog.pg_roles o
         WHERE o.rolname::text = ANY ($2::text[])
       ), '[]') AS "owners",
       ARRAY(SELECT o.rolname::text
             FROM pg_catalog.pg_roles o
             WHERE o.rolsuper AND (
               o.rolname::text = ANY ($2::text[])
               OR o.oid IN (SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database())
               OR o.oid IN (SELECT owner FROM asked)
               OR o.oid IN (SELECT relowner FROM ungrantable))
             ORDER BY 1) AS "superuserOwners"
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user`;

/** What {@link readAdminRights} reads. */
export const adminRightsSchema = schemaOf<AdminRights>()(
  z.object({
    user: z.string(),
    superuser: z.boolean(),
    createRole: z.boolean(),
    replication: z.boolean(),
    grantsDatabase: z.boolean(),
    databaseOwner: z.string(),
    schemas: z.array(
      z.object({
        name: z.string(),
        owner: z.string(),
        grantsUsage: z.boolean(),
        ungrantable: z.number(),
        examples: z.array(z.string()),
        ungrantableOwners: z.array(z.string()),
      }),
    ),
    owners: z.array(z.object({ name: z.string(), altersDefaults: z.boolean() })),
    superuserOwners: z.array(z.string()),
  }),
);

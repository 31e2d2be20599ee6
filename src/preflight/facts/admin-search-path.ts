import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { readServerSearchPath, SEARCH_PATH } from "./search-path";

/** The schemas in which the deploying user's sessions look up functions, and who else can create functions there. */
export interface AdminSearchPathFacts {
  readonly user: string;
  /** The setting as it is written: `"$user", public`. */
  readonly value: string;
  /** Where it comes from: "default", "configuration file", "database shop", "role postgres in database shop", … */
  readonly source: string;
  /** Its schemas in their order, `$user` replaced; without pg_catalog, pg_temp and what else begins with pg_. */
  readonly schemas: readonly CreatableSchema[];
}

/** One schema of that search_path. */
export interface CreatableSchema {
  readonly name: string;
  readonly exists: boolean;
  /**
   * Who can create in it, or create it where it does not exist: `PUBLIC` or roles, ordered by name. Without
   * superusers and without the user itself.
   */
  readonly creators: readonly string[];
}

/**
 * Reads the search_path of a user's sessions in this database, and who can create in its schemas. Every user can read
 * this.
 *
 * @param user - the user as whom `@pulumi/postgresql` connects
 */
export async function readAdminSearchPath(session: Session, user: string): Promise<AdminSearchPathFacts> {
  const { value, source } = await readServerSearchPath(session);
  const [row] = await session.query<Omit<AdminSearchPathFacts, "user">>(CREATORS, [user, value, source]);
  if (row === undefined) throw new Error("the search_path query returned no row");
  return { user, ...row };
}

// An owner can always grant itself CREATE. The only member of pg_database_owner (14+) is the database's owner.
// No role can create a schema whose name begins with pg_, or anything in another session's pg_temp.
const CREATORS = `
WITH ${SEARCH_PATH}, this_database AS (
  SELECT datdba, coalesce(datacl, acldefault('d', datdba)) AS acl
  FROM pg_catalog.pg_database WHERE datname = current_database()
)
SELECT path.value, path.source,
       coalesce((
         SELECT json_agg(json_build_object(
           'name', element.name,
           'exists', n.oid IS NOT NULL,
           'creators', ARRAY(
             SELECT DISTINCT coalesce(r.rolname::text, 'PUBLIC')
             FROM (
               SELECT coalesce(n.nspowner, d.datdba) AS oid
               UNION
               SELECT a.grantee
               FROM aclexplode(CASE WHEN n.oid IS NULL THEN d.acl
                                    ELSE coalesce(n.nspacl, acldefault('n', n.nspowner)) END) a
               WHERE a.privilege_type = 'CREATE'
             ) AS creator
             LEFT JOIN pg_catalog.pg_roles named ON named.oid = creator.oid
             LEFT JOIN pg_catalog.pg_roles r ON r.oid =
               CASE named.rolname WHEN 'pg_database_owner' THEN d.datdba ELSE creator.oid END
             WHERE creator.oid = 0 OR NOT r.rolsuper AND r.rolname::text <> $1
             ORDER BY 1)
         ) ORDER BY position)
         FROM element
         CROSS JOIN this_database d
         LEFT JOIN pg_catalog.pg_namespace n ON n.nspname::text = element.name
         WHERE NOT starts_with(element.name, 'pg_')
       ), '[]') AS schemas
FROM path`;

/** As a server or a file has it. */
export const adminSearchPathSchema = schemaOf<AdminSearchPathFacts>()(
  z.object({
    user: z.string(),
    value: z.string(),
    source: z.string(),
    schemas: z.array(z.object({ name: z.string(), exists: z.boolean(), creators: z.array(z.string()) })),
  }),
);

import { z } from "zod";
import type { SchemaPlan } from "../../access/plan";
import { verifyScram } from "../../postgres/scram";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { type AdminRights, adminRightsSchema, readAdminRights } from "./admin-rights";
import { readSessionUser, type SessionUser } from "./session-user";

/** The role in pg_roles and pg_authid, and what the reading user can grant to it. */
export interface RoleFacts {
  readonly name: string;
  /** Undefined when there is no such role. */
  readonly attributes?: RoleAttributes;
  readonly password: PasswordFacts;
  /** Set if settings make the role's sessions run as another role. */
  readonly sessionUser?: SessionUser;
  /** CONNECTION LIMIT of the database, -1 for any number; superusers are not counted. */
  readonly databaseConnectionLimit: number;
  /** What the user that read the facts can grant. */
  readonly admin: AdminRights;
}

/** The role's row in pg_roles. */
export interface RoleAttributes {
  readonly login: boolean;
  readonly replication: boolean;
  readonly superuser: boolean;
  /** Sessions the role may have at once, -1 for any number; WAL senders are not counted. */
  readonly connectionLimit: number;
  /** rolvaliduntil in ISO 8601; undefined when the password never expires. */
  readonly validUntil?: string;
  /** Whether rolvaliduntil has passed, by the server's clock. */
  readonly expired: boolean;
  /** Whole days until then; undefined when the password never expires. */
  readonly daysLeft?: number;
}

/** Facts about the role's password, never the verifier itself, because facts are saved in bug reports. */
export interface PasswordFacts {
  /**
   * How pg_authid stores it. `none`: there is no password. `unreadable`: only a superuser can see it, or the role does
   * not exist.
   */
  readonly storedAs: "scram-sha-256" | "md5" | "none" | "unreadable";
  /**
   * Whether the given password is the stored one; undefined if none was given, or if the stored one is not SCRAM or has
   * more than 100,000 iterations.
   */
  readonly matches?: boolean;
}

/** Further inputs of {@link readRoleFacts}. */
export interface RoleQuestion {
  /** The schemas and owners to which the plan gives access; undefined for every schema except system schemas. */
  readonly schemas: readonly SchemaPlan[] | undefined;
  /** The password that the role should have, in clear text. */
  readonly password?: string;
}

/**
 * Reads the role's attributes, how its password is stored, and what the session's user can grant.
 *
 * @param role - the role that Ardent logs in as
 */
export async function readRoleFacts(
  session: Session,
  role: string,
  { schemas, password }: RoleQuestion,
): Promise<RoleFacts> {
  const [row] = await session.query<{
    attributes: RoleAttributes | null;
    readable: boolean;
    databaseConnectionLimit: number;
  }>(ROLE_QUERY, [role]);
  if (row === undefined) throw new Error("the session's database is not in pg_database");
  const sessionUser = await readSessionUser(session, role);
  return {
    name: role,
    ...(row.attributes === null ? {} : { attributes: row.attributes }),
    password:
      row.attributes !== null && row.readable
        ? await readPasswordFacts(session, role, password)
        : { storedAs: "unreadable" },
    ...(sessionUser === undefined ? {} : { sessionUser }),
    databaseConnectionLimit: row.databaseConnectionLimit,
    admin: await readAdminRights(session, schemas),
  };
}

const ROLE_QUERY = `
SELECT (SELECT json_strip_nulls(json_build_object(
         'login', rolcanlogin,
         'replication', rolreplication,
         'superuser', rolsuper,
         'connectionLimit', rolconnlimit,
         'validUntil', CASE WHEN isfinite(rolvaliduntil)
                            THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END,
         'expired', coalesce(rolvaliduntil <= now(), false),
         'daysLeft', CASE WHEN isfinite(rolvaliduntil)
                          THEN trunc(extract(epoch FROM rolvaliduntil - now()) / 86400)::int END))
        FROM pg_roles WHERE rolname = $1) AS attributes,
       has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT') AS readable,
       datconnlimit AS "databaseConnectionLimit"
FROM pg_database
WHERE datname = current_database()`;

async function readPasswordFacts(
  session: Session,
  role: string,
  password: string | undefined,
): Promise<PasswordFacts> {
  const [row] = await session.query<{ verifier: string | null }>(
    "SELECT rolpassword AS verifier FROM pg_catalog.pg_authid WHERE rolname = $1",
    [role],
  );
  const verifier = row?.verifier ?? undefined;
  if (verifier === undefined) return { storedAs: "none" };
  if (!verifier.startsWith("SCRAM-SHA-256$")) return { storedAs: "md5" };
  const matches = password === undefined ? undefined : verifyScram(verifier, password);
  return { storedAs: "scram-sha-256", ...(matches === undefined ? {} : { matches }) };
}

/** What {@link readRoleFacts} reads. */
export const roleFactsSchema = schemaOf<RoleFacts>()(
  z.object({
    name: z.string(),
    attributes: z
      .object({
        login: z.boolean(),
        replication: z.boolean(),
        superuser: z.boolean(),
        connectionLimit: z.number(),
        validUntil: z.string().optional(),
        expired: z.boolean(),
        daysLeft: z.number().optional(),
      })
      .optional(),
    password: z.object({
      storedAs: z.enum(["scram-sha-256", "md5", "none", "unreadable"]),
      matches: z.boolean().optional(),
    }),
    sessionUser: z.object({ name: z.string(), source: z.string() }).optional(),
    databaseConnectionLimit: z.number(),
    admin: adminRightsSchema,
  }),
);

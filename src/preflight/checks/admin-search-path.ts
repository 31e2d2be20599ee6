import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Finding, Fix } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { AdminSearchPathFacts, CreatableSchema } from "../facts/admin-search-path";
import type { PreflightRequest } from "../request";

/**
 * `@pulumi/postgresql` calls functions by unqualified names, under the administrator's own search_path: a role that can
 * create in one of its schemas can make the administrator run its function (the pattern of CVE-2018-1058).
 *
 * Only a warning, because replication works, and on Postgres 13 and 14 PUBLIC can create in `public` by default.
 */
export const adminSearchPath = defineCheck({
  id: "admin-search-path",
  category: "grants",
  title: "only superusers can create objects in the admin's search_path",
  severity: "warning",
  reads: ["adminSearchPath"],
  judge: ({ request, adminSearchPath: path }) => {
    const open = path.schemas
      .map((schema) => ({ ...schema, creators: creatorsOf(schema, request, path.user) }))
      .filter(({ creators }) => creators.length > 0);
    if (open.length === 0) return pass(`${path.user}: ${path.value === "" ? '""' : path.value}`);
    return fail(
      `@pulumi/postgresql would run other roles' functions as ${path.user}`,
      open.map((schema) => openFinding(schema, path)),
      pinFix(path.user, request.source.database),
    );
  },
});

/** The deployment gives the role CREATE on the database, so the role can create missing schemas. */
function creatorsOf(
  { exists, creators }: CreatableSchema,
  { plan }: PreflightRequest,
  user: string,
): readonly string[] {
  const { name, superuser } = plan.role;
  if (exists || superuser || name === user || creators.includes(name)) return creators;
  return [...creators, name].sort();
}

function openFinding(
  { name, exists, creators }: CreatableSchema,
  { user, value, source }: AdminSearchPathFacts,
): Finding {
  const names = creators.join(", ");
  return {
    object: `schema ${name}`,
    current: exists ? `open to ${names}` : `does not exist, and open to ${names}`,
    needed: "CREATE for superusers only",
    where: `search_path of ${user}: ${value}; ${source}`,
  };
}

/** Only in this database, because the plugin connects to no other one for a source. */
function pinFix(user: string, database: string): Fix {
  return {
    text: `Set a fixed search_path for ${user} in this database, or deploy with a separate administrator that has one; ${user} must then create objects with a schema-qualified name:`,
    sql: [
      sql`ALTER ROLE ${quoteIdentifier(user)} IN DATABASE ${quoteIdentifier(database)} SET search_path = pg_catalog, pg_temp;`,
    ],
    effect: "none",
  };
}

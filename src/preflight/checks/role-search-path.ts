import { grantStatement } from "../../access/sql";
import type { AccessState } from "../../access/state";
import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Finding, Fix } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { SearchedSchema } from "../facts/search-path";
import { roleIsSuperuser } from "../judge/role-is-superuser";
import type { PreflightRequest } from "../request";

/** Ardent's migrations read current_schema(), and fail if it is null because no schema of the search_path is usable. */
export const roleSearchPath = defineCheck({
  id: "role-search-path",
  category: "role",
  title: "the role has a current schema",
  severity: "error",
  requires: ["role-exists"],
  reads: ["searchPath", "access"],
  judge: ({ request, searchPath, access }) => {
    const { value, source, schemas } = searchPath;
    const superuser = roleIsSuperuser(request, access);
    // Current USAGE, or USAGE that this deployment will have granted.
    const granted = usableSchemas(access, superuser);
    const current = schemas.find(
      ({ name, exists, usage }) => exists && (usage || superuser || granted.includes(name)),
    );
    if (current !== undefined) return pass(current.name);
    return fail(
      `current_schema() is null for ${request.plan.role.name}: its search_path has no schema that it can use`,
      [
        {
          object: "search_path",
          current: value === "" ? "empty" : value,
          needed: "a schema that exists and on which the role has USAGE",
          where: source,
        },
        ...schemas.filter(({ name }) => name !== "").map(schemaFinding),
      ],
      searchPathFix(request, access, schemas, granted),
    );
  },
});

function schemaFinding({ name, exists }: SearchedSchema): Finding {
  return exists
    ? { object: `schema ${name}`, needed: "USAGE" }
    : { object: `schema ${name}`, current: "does not exist" };
}

/** The requested schemas that the role can use. */
function usableSchemas({ schemas }: AccessState, superuser: boolean): string[] {
  return schemas.filter(({ exists, usage }) => exists && (usage || superuser)).map(({ name }) => name);
}

/**
 * The simplest fix: USAGE on a schema of the search_path, if one exists; otherwise another search_path, only in this
 * database, so that the role's sessions in other databases do not change.
 */
function searchPathFix(
  request: PreflightRequest,
  access: AccessState,
  schemas: readonly SearchedSchema[],
  usable: readonly string[],
): Fix {
  const usage = (schema: string) =>
    grantStatement({ kind: "schema", schema, privileges: ["USAGE"] }, request.plan.role.name);
  const [closed] = schemas.filter(({ exists }) => exists);
  if (closed !== undefined)
    return {
      text: "Grant USAGE, as the schema's owner or a superuser:",
      sql: [usage(closed.name)],
      effect: "none",
    };
  const asked = access.schemas.filter(({ exists }) => exists);
  const schema = usable.includes("public") ? "public" : (usable[0] ?? asked[0]?.name);
  const role = quoteIdentifier(request.plan.role.name);
  if (schema === undefined)
    return {
      text: `Set the search_path of ${request.plan.role.name} to a schema that exists, and grant USAGE on it.`,
      sql: [],
      effect: "none",
    };
  return {
    text: "Set it for the role in this database, as a superuser; one existing schema is enough for Ardent:",
    sql: [
      ...(usable.includes(schema) ? [] : [usage(schema)]),
      sql`ALTER ROLE ${role} IN DATABASE ${quoteIdentifier(request.source.database)} SET search_path TO ${quoteIdentifier(schema)};`,
    ],
    effect: "none",
  };
}

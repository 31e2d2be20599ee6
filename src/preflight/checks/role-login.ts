import { quoteIdentifier } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { Finding } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { roleIsSuperuser } from "../judge/role-is-superuser";
import { SNAPSHOT_CONNECTIONS } from "../judge/snapshot-connections";

/** A role without LOGIN, or without an allowed session, cannot log in with any password. */
export const roleLogin = defineCheck({
  id: "role-login",
  category: "role",
  title: "the role has the LOGIN attribute",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  alsoReads: ["role"],
  judge: ({ request, access, role }) => {
    const alterRole = sql`ALTER ROLE ${quoteIdentifier(request.plan.role.name)}`;
    if (access.role?.login !== true)
      return fail(
        `role ${request.plan.role.name} lacks the LOGIN attribute`,
        [
          {
            object: `role ${request.plan.role.name}`,
            current: "NOLOGIN",
            needed: "LOGIN",
            where: "pg_roles.rolcanlogin",
          },
        ],
        { text: "Allow it:", sql: [sql`${alterRole} LOGIN;`] },
      );
    // These limits do not apply to superusers.
    if (role.kind !== "read" || roleIsSuperuser(request, access)) return pass();
    const { database } = request.source;
    return judgeLimits([
      {
        object: `role ${request.plan.role.name}`,
        limit: role.value.attributes?.connectionLimit ?? -1,
        where: "pg_roles.rolconnlimit",
        alter: alterRole,
      },
      {
        object: `database ${database}`,
        limit: role.value.databaseConnectionLimit,
        where: "pg_database.datconnlimit",
        alter: sql`ALTER DATABASE ${quoteIdentifier(database)}`,
        // It applies to every role: the statement would open a database that is closed for maintenance.
        destroys: `the connection limit of database ${database} for all roles`,
      },
    ]);
  },
});

/** A CONNECTION LIMIT, and the statement's beginning that changes it. */
interface ConnectionLimit extends Required<Pick<Finding, "object" | "where">> {
  /** -1 for any number. */
  readonly limit: number;
  readonly alter: Sql;
  /** Set if the limit also applies to other roles. */
  readonly destroys?: string;
}

/** One session exports the snapshot, and another one reads it. */
const LEAST_CONNECTIONS = 2;

function judgeLimits(limits: readonly ConnectionLimit[]) {
  const low = limits.filter(({ limit }) => limit >= 0 && limit < SNAPSHOT_CONNECTIONS);
  if (low.length === 0) return pass();
  const lift = ({ alter }: ConnectionLimit) => sql`${alter} CONNECTION LIMIT -1;`;
  const lossy = low.filter(({ destroys }) => destroys !== undefined);
  const least = Math.min(...low.map(({ limit }) => limit));
  const verdict = fail(
    least === 0
      ? "no connection is allowed"
      : `${counted(least, "connection")} ${least === 1 ? "is" : "are"} allowed, but a snapshot uses up to ${SNAPSHOT_CONNECTIONS}`,
    low.map(({ object, limit, where }) => ({
      object,
      current: `CONNECTION LIMIT ${limit}`,
      needed: `-1 (no limit) or at least ${SNAPSHOT_CONNECTIONS}`,
      where,
    })),
    {
      text: "Lift the limit:",
      sql: low.map(lift),
      ...(lossy[0]?.destroys === undefined
        ? {}
        : { destroys: lossy[0].destroys, destructive: lossy.map(lift) }),
    },
  );
  return least < LEAST_CONNECTIONS ? verdict : { ...verdict, severity: "warning" as const };
}

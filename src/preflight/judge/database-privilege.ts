import type { DatabasePrivilege } from "../../access/plan";
import { grantStatement } from "../../access/sql";
import type { Verdict } from "../check/check";
import type { JudgeInput } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/** Judges one privilege on the database, as if the role were not a superuser. */
export function judgeDatabasePrivilege(
  { request, access }: JudgeInput<"access">,
  privilege: DatabasePrivilege,
): Verdict {
  const { name: database, connect, create } = access.database;
  if (privilege === "CONNECT" ? connect : create) return pass();
  return fail(
    `${request.plan.role.name} lacks ${privilege} on database ${database}`,
    [{ object: `database ${database}`, needed: privilege }],
    {
      text: `Grant ${privilege}, as the database's owner or a superuser:`,
      sql: [grantStatement({ kind: "database", database, privileges: [privilege] }, request.plan.role.name)],
    },
  );
}

import type { DatabasePrivilege } from "../../access/plan";
import { grantStatement } from "../../access/sql";
import type { CheckInput, Verdict } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";

/** Judges one privilege on the database, as if the role were no superuser. */
export function judgeDatabasePrivilege(
  { request, facts: { access } }: CheckInput,
  privilege: DatabasePrivilege,
): Verdict {
  if (access.kind !== "read") return notRead(access);
  const { name: database, connect, create } = access.value.database;
  if (privilege === "CONNECT" ? connect : create) return pass();
  return fail(
    `${request.role} was not granted ${privilege} on database ${database}`,
    [{ object: `database ${database}`, needed: privilege }],
    {
      text: `Grant ${privilege}, as the database's owner or a superuser:`,
      sql: [grantStatement({ kind: "database", database, privileges: [privilege] }, request.role)],
    },
  );
}

import { grantStatement } from "../../access/sql";
import type { Check } from "../check";
import { counted } from "../counted";
import { fail, notRead, pass } from "../verdict";

/** Without USAGE on its schema a table cannot be read, whatever was granted on the table. */
export const schemaUsage: Check = {
  id: "schema-usage",
  category: "grants",
  title: "the role may use the schemas",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts: { access } }) => {
    if (access.kind !== "read") return notRead(access);
    const schemas = access.value.schemas.filter(({ exists }) => exists);
    const closed = schemas.filter(({ usage }) => !usage);
    if (closed.length === 0) return pass();
    return fail(
      `${request.role} may not use ${closed.length} of ${counted(schemas.length, "schema")}`,
      closed.map(({ name }) => ({ object: `schema ${name}`, needed: "USAGE" })),
      {
        text: "Grant USAGE, as the schema's owner or a superuser:",
        sql: closed.map(({ name: schema }) =>
          grantStatement({ kind: "schema", schema, privileges: ["USAGE"] }, request.role),
        ),
      },
    );
  },
};

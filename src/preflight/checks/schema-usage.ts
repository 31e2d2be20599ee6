import { grantStatement } from "../../access/sql";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { joinNames } from "../judge/join-names";

/** Without USAGE on its schema a table cannot be read, even with grants on the table. */
export const schemaUsage = defineCheck({
  id: "schema-usage",
  category: "grants",
  title: "the role can use the schemas",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: ({ request, access }) => {
    const { related } = access;
    const schemas = [...access.schemas.filter(({ exists }) => exists), ...related];
    const closed = schemas.filter(({ usage }) => !usage);
    if (closed.length === 0) return pass();
    const elsewhere = related.filter(({ usage }) => !usage).map(({ name }) => name);
    return fail(
      `${request.plan.role.name} lacks USAGE on ${closed.length} of ${counted(schemas.length, "schema")}`,
      closed.map(({ name }) => ({
        object: `schema ${name}`,
        needed: "USAGE",
        ...(elsewhere.includes(name)
          ? { where: "contains partitions, child tables or sequences of the requested tables" }
          : {}),
      })),
      {
        text: [
          ...(elsewhere.length === 0
            ? []
            : [
                `Add ${joinNames(elsewhere)} to the schemas, so that the deployment grants it, or run the statement below.`,
              ]),
          "Grant USAGE, as the schema's owner or a superuser:",
        ].join("\n"),
        sql: closed.map(({ name: schema }) =>
          grantStatement({ kind: "schema", schema, privileges: ["USAGE"] }, request.plan.role.name),
        ),
      },
    );
  },
});

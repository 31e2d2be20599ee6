import type { ObjectType } from "../access/plan";
import { grantStatement } from "../access/sql";
import { type CheckInput, type Finding, SHOWN_FINDINGS, type Verdict } from "./check";
import { counted } from "./counted";
import { fail, notRead, pass } from "./verdict";

/** Judges whether the role can read every table, or every sequence, that there is in the schemas asked for. */
export function judgeReadable({ request, facts: { access } }: CheckInput, objectType: ObjectType): Verdict {
  if (access.kind !== "read") return notRead(access);
  const schemas = access.value.schemas
    .filter(({ exists }) => exists)
    .map((schema) => ({
      name: schema.name,
      ...(objectType === "table" ? schema.tables : schema.sequences),
    }));
  const total = sum(schemas.map(({ count }) => count));
  const closed = schemas.filter(({ unreadable }) => unreadable > 0);
  if (closed.length === 0) return pass(counted(total, objectType));

  const unreadable = sum(closed.map((schema) => schema.unreadable));
  const findings = closed.flatMap(({ name, examples }) =>
    examples.map((example): Finding => ({ object: `${objectType} ${name}.${example}`, needed: "SELECT" })),
  );
  return fail(
    `${request.role} cannot read ${unreadable} of ${counted(total, objectType)}`,
    findings.slice(0, SHOWN_FINDINGS),
    {
      text: `Grant SELECT in ${closed.length === 1 ? "this schema" : "these schemas"}, as the owner or a superuser:`,
      sql: closed.map(({ name: schema }) =>
        grantStatement({ kind: "objects", schema, objectType, privileges: ["SELECT"] }, request.role),
      ),
    },
    unreadable,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import type { ObjectType } from "../../access/plan";
import { grantStatement, readGrantStatement } from "../../access/sql";
import { type Finding, SHOWN_FINDINGS, type Verdict } from "../check/check";
import type { JudgeInput } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "./counted";
import { joinNames } from "./join-names";

/**
 * Judges whether the role can read every table, or every sequence, in the requested schemas, and objects in other schemas
 * that belong to their tables.
 */
export function judgeReadable({ request, access }: JudgeInput<"access">, objectType: ObjectType): Verdict {
  const { related } = access;
  const asked = access.schemas.filter(({ exists }) => exists);
  const [here, elsewhere] = [asked, related].map((schemas) =>
    schemas.map((schema) => ({
      name: schema.name,
      ...(objectType === "table" ? schema.tables : schema.sequences),
    })),
  ) as [Readable[], Readable[]];
  const total = sum([...here, ...elsewhere].map(({ count }) => count));
  const closed = here.filter(({ unreadable }) => unreadable > 0);
  const closedElsewhere = elsewhere.filter(({ unreadable }) => unreadable > 0);
  const unreadable = sum([...closed, ...closedElsewhere].map((schema) => schema.unreadable));
  if (unreadable === 0) return pass(counted(total, objectType));

  return fail(
    `${request.plan.role.name} cannot read ${unreadable} of ${counted(total, objectType)}`,
    [
      ...findingsOf(closed, objectType),
      ...findingsOf(closedElsewhere, objectType).map((finding) => ({
        ...finding,
        where: "belongs to a table in a requested schema",
      })),
    ].slice(0, SHOWN_FINDINGS),
    {
      text: fixText(closed, closedElsewhere),
      sql: [
        ...closed.map(({ name: schema }) =>
          grantStatement(
            { kind: "objects", schema, objectType, privileges: ["SELECT"] },
            request.plan.role.name,
          ),
        ),
        ...closedElsewhere.map(({ name, examples }) =>
          readGrantStatement(objectType, name, examples, request.plan.role.name),
        ),
      ],
    },
    unreadable,
  );
}

/** The objects of one type in one schema. */
interface Readable {
  readonly name: string;
  readonly count: number;
  readonly unreadable: number;
  readonly examples: readonly string[];
}

function findingsOf(schemas: readonly Readable[], objectType: ObjectType): Finding[] {
  return schemas.flatMap(({ name, examples }) =>
    examples.map((example) => ({ object: `${objectType} ${name}.${example}`, needed: "SELECT" })),
  );
}

function fixText(here: readonly Readable[], elsewhere: readonly Readable[]): string {
  const unnamed = elsewhere.some(({ unreadable, examples }) => unreadable > examples.length);
  const where = here.length === 0 ? "by name" : here.length === 1 ? "in this schema" : "in these schemas";
  return [
    ...(elsewhere.length === 0
      ? []
      : [
          `Add ${joinNames(elsewhere.map(({ name }) => name))} to the schemas, so that the deployment grants it, including for tables created later, or run the statements below.`,
        ]),
    ...(unnamed ? ["Not every object is listed below: run preflight again for the others."] : []),
    `Grant SELECT ${where}, as the owner or a superuser:`,
  ].join("\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { joinNames } from "../judge/join-names";
import { ofThisProgram } from "../judge/of-this-program";

/** With a misspelled name, nothing is granted on the real schema, and it is not replicated. */
export const schemasExist = defineCheck({
  id: "schemas-exist",
  category: "grants",
  title: "the schemas exist",
  severity: "error",
  reads: ["access"],
  alsoReads: ["tables"],
  judge: ({ request, access, tables }) => {
    const missing = access.schemas.filter(({ exists }) => !exists).map(({ name }) => name);
    if (missing.length === 0) return pass(joinNames(access.schemas.map(({ name }) => name)));
    const existing = tables.kind === "read" ? tables.value.schemas : [];
    return fail(
      `there is no schema ${joinNames(missing)}`,
      missing.map((name) => ({ object: `schema ${name}`, needed: suggestion(name, existing) })),
      {
        text: `Correct the name, or create the schema in database ${request.source.database} first.${ofThisProgram(request)}`,
      },
    );
  },
});

/** Suggestions: names that differ only in spelling, or else the existing schemas. */
function suggestion(missing: string, existing: readonly string[]): string {
  const alike = existing.filter((name) => plain(name) === plain(missing));
  if (alike.length > 0) return `one that exists, perhaps ${joinNames(alike)}`;
  return existing.length === 0 ? "to exist" : `one that exists: ${joinNames(existing)}`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

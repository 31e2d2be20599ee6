import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { joinNames } from "../judge/join-names";

/** A schema that is misspelt would be granted nothing and replicated never. */
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
      { text: `Correct the name, or create the schema in database ${request.source.database} first.` },
    );
  },
});

/** What the user may have meant: the same word written differently, or else what there is. */
function suggestion(missing: string, existing: readonly string[]): string {
  const alike = existing.filter((name) => plain(name) === plain(missing));
  if (alike.length > 0) return `one that exists, perhaps ${joinNames(alike)}`;
  return existing.length === 0 ? "to exist" : `one that exists: ${joinNames(existing)}`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

import type { SourceSettings } from "../changes/change";
import { say, sayNames } from "../phrase";
import type { Rule } from "./rule";

export const schemaStillReplicated: Rule = {
  id: "schema-still-replicated",
  severity: "medium",
  title: "A schema stays replicated after its grants are revoked",
  judge: (change) => {
    if (change.kind !== "source" || change.before === undefined || change.after === undefined)
      return undefined;
    const { before, after } = change;
    // Without SUPERUSER the role can no longer read it.
    if (!after.superuser || before.database !== after.database) return undefined;
    const left = before.schemas.filter(
      (schema) => !after.schemas.includes(schema) && isSelected(schema, after),
    );
    return left.length === 0 ? undefined : say`schema ${sayNames(left)} of source ${change.name}`;
  },
};

function isSelected(schema: string, { selection = [] }: SourceSettings): boolean {
  return selection.some((path) => path === "*" || path.startsWith(`${schema}.`));
}

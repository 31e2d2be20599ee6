import {
  alterRoleStatements,
  createIfMissing,
  createRoleStatements,
  dropRoleStatement,
} from "../../access/role-sql";
import { hasUnknown } from "../changes/known";
import { type DescribedRole, describedRole } from "../changes/role-changes";
import type { ResourceStep } from "../read/preview";
import type { ScriptLine } from "./script-line";

/**
 * The lines for a role. Its password is in no preview.
 *
 * @param undoes - whether a deletion undoes what the deployment creates, so that the provider has no part in it
 */
export function roleLines(
  { type, op, before: olds, after: news, changed }: ResourceStep,
  undoes: boolean,
): ScriptLine[] {
  const before = describedRole(type, olds);
  const after = describedRole(type, news);
  const known = after ?? before;
  if (known === undefined) return [];
  const about = JSON.stringify(["role", known.attributes.name]);
  if (hasUnknown([before?.attributes, after?.attributes]))
    return [
      {
        place: "roles",
        verb: "create",
        about,
        text: { comment: "A role whose name is only known during the deployment." },
      },
    ];
  if (op === "delete") return dropLines(undoes ? { ...known, reassignsOwned: false } : known, about);
  const { attributes } = known;
  const statements =
    before === undefined || after === undefined
      ? createRoleStatements(attributes)
      : alterRoleStatements(before.attributes, after.attributes);
  const setsPassword =
    op === "create" ? known.hasPassword : changed.some((property) => property.startsWith("password"));
  const password = {
    comment: `A preview has no passwords. Set that of ${attributes.name} with psql's \\password.`,
  };
  return [...statements, ...(setsPassword ? [password] : [])].map((text) => ({
    place: "roles",
    verb: "create",
    about,
    text,
  }));
}

function dropLines(
  { attributes: { name }, isDropped, reassignsOwned }: DescribedRole,
  about: string,
): ScriptLine[] {
  const place = "dropped-roles" as const;
  const line = (text: ScriptLine["text"]) => ({ place, verb: "drop" as const, about, text });
  if (!isDropped) return [line({ comment: `Role ${name} is not dropped (skipDropRole).` })];
  const owned = {
    comment: `@pulumi/postgresql first reassigns what ${name} owns, and drops its privileges.`,
  };
  const again = [
    { comment: `So that this script can be run again: ${name} is dropped below.` },
    createIfMissing(name),
  ];
  return [
    ...again.map((text) => ({ ...line(text), place: "roles" as const, verb: "create" as const })),
    ...(reassignsOwned ? [line(owned)] : []),
    line(dropRoleStatement(name)),
  ];
}

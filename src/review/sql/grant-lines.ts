import { type PrivilegeGrant, privilegeStatementParts } from "../../access/privilege-grant";
import { joinSql } from "../../postgres/sql-text";
import { type Granted, grantedBy } from "../changes/granted";
import { hasUnknown } from "../changes/known";
import type { ResourceStep } from "../read/preview";
import type { ScriptLine, Verb } from "./script-line";

/** The lines for a grant. */
export function grantLines({ type, op, before: olds, after: news }: ResourceStep): ScriptLine[] {
  const before = grantedBy(type, olds);
  const after = grantedBy(type, news);
  if (op === "update" && before && after && isSameTarget(before, after)) {
    const lost = before.privileges.filter((privilege) => !after.privileges.includes(privilege));
    const gained = after.privileges.filter((privilege) => !before.privileges.includes(privilege));
    return [
      ...grantLine("REVOKE", { ...before, privileges: lost }),
      ...grantLine("GRANT", { ...after, privileges: gained }),
    ];
  }
  return [
    ...(before === undefined ? [] : removedLine(before)),
    ...(after === undefined ? [] : createdLine(after)),
  ];
}

/** A grant of no privileges revokes those that there are. */
function createdLine(after: Granted): ScriptLine[] {
  if (after.privileges.length > 0) return grantLine("GRANT", after);
  return grantLine("REVOKE", { ...after, privileges: ["ALL"] });
}

function removedLine(before: Granted): ScriptLine[] {
  if (before.privileges.length > 0) return grantLine("REVOKE", before);
  return [comment("GRANT", before, `What ${before.grantee} had before is not in a preview.`)];
}

function grantLine(verb: "GRANT" | "REVOKE", granted: Granted): ScriptLine[] {
  if (granted.privileges.length === 0) return [];
  if (hasUnknown(granted))
    return [comment(verb, granted, `${verb}: privileges that are only known during the deployment.`)];
  // None of them is unknown.
  const text = joinSql(privilegeStatementParts(verb, granted as PrivilegeGrant), "\n  ");
  return [
    { place: { database: granted.database }, text, verb: verbOf(verb, granted), about: aboutOf(granted) },
  ];
}

function comment(verb: "GRANT" | "REVOKE", granted: Granted, text: string): ScriptLine {
  const { database } = granted;
  return {
    place: hasUnknown(database) ? "roles" : { database },
    text: { comment: text },
    verb: verbOf(verb, granted),
    about: aboutOf(granted),
  };
}

function verbOf(verb: "GRANT" | "REVOKE", { target }: Granted): Verb {
  return verb === "GRANT" && target.kind === "future" ? "GRANT future" : verb;
}

/** In the order of a script. Two grants on tables of a schema can overlap, whatever they name, and so can columns. */
const KINDS = ["database", "schema", "future", "foreign", "all"] as const;

function aboutOf({ grantee, target }: Granted): string {
  const type = "objectType" in target ? target.objectType : target.kind === "columns" ? "table" : "";
  const schema = "schema" in target ? target.schema : "";
  const kind = target.kind === "objects" || target.kind === "columns" ? "all" : target.kind;
  return JSON.stringify([KINDS.indexOf(kind), schema, type, grantee]);
}

function isSameTarget(one: Granted, other: Granted): boolean {
  const what = ({ privileges, ...rest }: Granted) => JSON.stringify(rest);
  return what(one) === what(other);
}

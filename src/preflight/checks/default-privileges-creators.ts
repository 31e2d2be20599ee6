import type { TableOwnerState } from "../../access/read-table-owners";
import type { Check } from "../check";
import { counted } from "../counted";
import { defaultGap, gapFinding, gapOwners, gapStatements, ownersText } from "../default-gaps";
import { isIgnoredOwner, namedOwners } from "../named-owners";
import { fail, notRead, pass } from "../verdict";

/**
 * Default privileges follow who creates a table: a role that makes tables in other schemas and may make some here is
 * likely to, one day. Who owns tables here already, or is named, is judged by default-privileges.
 */
export const defaultPrivilegesCreators: Check = {
  id: "default-privileges-creators",
  category: "grants",
  title: "whoever may create tables here is known",
  severity: "warning",
  requires: ["role-exists"],
  run: ({ request, facts: { tableOwners } }) => {
    if (tableOwners.kind !== "read") return notRead(tableOwners);
    const likely = (owner: TableOwnerState) =>
      owner.creates &&
      !owner.superuser &&
      owner.owner !== request.role &&
      owner.tables === 0 &&
      owner.tablesElsewhere > 0 &&
      !namedOwners(request, owner.schema).includes(owner.owner) &&
      !isIgnoredOwner(request, owner.schema, owner.owner);
    const creators = tableOwners.value.owners.filter(likely);
    const gaps = creators.flatMap((owner) => defaultGap(owner.schema, owner.owner, owner));
    if (gaps.length === 0) return pass();
    const owners = gapOwners(gaps);
    return fail(
      `${ownersText(owners)} may create tables that ${request.role} will not be able to read`,
      owners.map((owner) => ({ ...gapFinding(owner, gaps), current: elsewhere(owner, creators) })),
      {
        text: "Name as owners in the arguments who will create tables there, as ignoreOwners who never will; or grant it as a superuser or a member of each:",
        sql: gapStatements(gaps, request.role),
      },
    );
  },
};

/** Why it is thought of: the most tables that it owns outside of a schema in which it may create some. */
function elsewhere(owner: string, creators: readonly TableOwnerState[]): string {
  const counts = creators.filter((one) => one.owner === owner).map(({ tablesElsewhere }) => tablesElsewhere);
  return `the owner of ${counted(Math.max(...counts), "table")} in other schemas, with CREATE here`;
}

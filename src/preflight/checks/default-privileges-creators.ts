import type { TableOwnerState } from "../../access/read-table-owners";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { joinNames } from "../judge/join-names";
import {
  defaultGap,
  gapFinding,
  gapOwners,
  gapStatements,
  ownersText,
} from "../judge/missing-default-privileges";
import { isIgnoredOwner, namedOwners } from "../judge/named-owners";

/**
 * Default privileges depend on the role that creates a table: a role that can create some here, itself or as a member,
 * may do it one day. Roles that already own tables here, or are in the arguments, are judged by default-privileges.
 * CREATE for PUBLIC is mentioned but not judged: before Postgres 15 every role can create tables in schema public.
 */
export const defaultPrivilegesCreators = defineCheck({
  id: "default-privileges-creators",
  category: "grants",
  title: "no unexpected role can create tables",
  severity: "warning",
  requires: ["role-exists"],
  inputs: ["schemas", "ignoreOwners"],
  reads: ["tableOwners"],
  judge: ({ request, tableOwners }) => {
    const { owners: all, publicCreates } = tableOwners;
    const creators = all.filter(
      (owner) =>
        owner.creates &&
        !owner.superuser &&
        owner.owner !== request.plan.role.name &&
        owner.tables === 0 &&
        !namedOwners(request, owner.schema).includes(owner.owner) &&
        !isIgnoredOwner(request, owner.schema, owner.owner),
    );
    const gaps = creators.flatMap((owner) => defaultGap(owner.schema, owner.owner, owner));
    if (gaps.length === 0)
      return pass(
        publicCreates.length === 0
          ? undefined
          : `every role may create tables in ${joinNames(publicCreates)}`,
      );
    const owners = gapOwners(gaps);
    return fail(
      `${ownersText(owners)} may create tables that ${request.plan.role.name} will not be able to read`,
      owners.map((owner) => ({ ...gapFinding(owner, gaps), current: currentOf(owner, creators) })),
      {
        text: "Add roles that will create tables there to `owners`, and roles that never will to `ignoreOwners`; or run these grants as a superuser or a member of each owner:",
        sql: gapStatements(gaps, request.plan.role.name),
      },
    );
  },
});

/** Why a role can create tables, and the largest number of tables that it owns in other schemas. */
function currentOf(owner: string, creators: readonly TableOwnerState[]): string {
  const theirs = creators.filter((one) => one.owner === owner);
  const groups = [...new Set(theirs.flatMap(({ createsAsMemberOf }) => createsAsMemberOf))];
  const elsewhere = Math.max(...theirs.map(({ tablesElsewhere }) => tablesElsewhere));
  return [
    groups.length === 0 ? "has CREATE" : `has CREATE as a member of ${joinNames(groups)}`,
    elsewhere === 0 ? "owns no table yet" : `owns ${counted(elsewhere, "table")} in other schemas`,
  ].join(", ");
}

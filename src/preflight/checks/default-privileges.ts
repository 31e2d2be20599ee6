import type { OwnerState, SchemaState } from "../../access/state";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import {
  defaultGap,
  gapFinding,
  gapOwners,
  gapStatements,
  type MissingDefaultPrivileges,
  ownersText,
  schemasOf,
} from "../judge/missing-default-privileges";
import { isIgnoredOwner, namedOwners } from "../judge/named-owners";
import { ofThisProgram } from "../judge/of-this-program";

/**
 * Objects that owners create later must be readable too (runbook, step 4).
 *
 * The check judges the roles that own tables in a schema, because they will probably create more there, and the owners
 * in the arguments. An owner that is a superuser counts too: default privileges depend on the creating role, superuser
 * or not, and the runbook sets them for every table owner. Ardent's role does not count: it can read what it owns.
 */
export const defaultPrivileges = defineCheck({
  id: "default-privileges",
  category: "grants",
  title: "the role can read future tables and sequences",
  severity: "error",
  requires: ["role-exists"],
  inputs: ["schemas", "ignoreOwners"],
  reads: ["access"],
  judge: ({ request, access }) => {
    const judged = access.schemas
      .filter(({ exists }) => exists)
      .flatMap((schema) =>
        schema.owners
          .filter(
            ({ name, tables }) =>
              name !== request.plan.role.name &&
              (tables > 0 || namedOwners(request, schema.name).includes(name)) &&
              !isIgnoredOwner(request, schema.name, name),
          )
          .flatMap((owner) => gapOf(schema, owner)),
      );
    if (judged.length === 0) return pass();
    const missing = judged.filter(({ exists }) => !exists);
    const existing = judged.filter(({ exists }) => exists);
    const owners = gapOwners(judged);
    return fail(
      `${request.plan.role.name} will not be able to read what ${ownersText(owners)} will create`,
      owners.map((owner) => {
        const never = missing.filter((gap) => gap.owner === owner);
        return never.length === 0
          ? gapFinding(owner, existing)
          : { object: `owner ${owner}`, needed: "to exist", where: `named for ${schemasOf(never)}` };
      }),
      {
        text: [
          ...(missing.length > 0
            ? [`Correct the owner's name, or create that role first.${ofThisProgram(request)}`]
            : []),
          ...(existing.length > 0
            ? [
                "Add them to `owners` so that the deployment grants this, or run these grants as a superuser or a member of each owner:",
              ]
            : []),
        ].join("\n"),
        sql: gapStatements(existing, request.plan.role.name),
      },
    );
  },
});

function gapOf(
  { name }: SchemaState,
  owner: OwnerState,
): (MissingDefaultPrivileges & { readonly exists: boolean })[] {
  return defaultGap(name, owner.name, owner).map((gap) => ({ ...gap, exists: owner.exists }));
}

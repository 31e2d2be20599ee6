import { z } from "zod";
import type { Inputs, ResourceStep } from "../read/preview";
import type { MembershipChange, MembershipState } from "./change";
import { flagSchema, nameSchema } from "./known";
import { describedRole } from "./role-changes";

/** The type of a membership, as `@pulumi/postgresql` 3 names it. */
const GRANT_ROLE = "postgresql:index/grantRole:GrantRole";

const grantRoleSchema = z.object({ role: nameSchema, grantRole: nameSchema, withAdminOption: flagSchema });

/** A membership as a resource describes it. */
export interface DescribedMembership {
  readonly group: string;
  readonly member: string;
  readonly state: Exclude<MembershipState, "none">;
}

/** The memberships of a resource: of a GrantRole, or the `roles` of a Role. */
export function describedMemberships(type: string, inputs: Inputs | undefined): DescribedMembership[] {
  const role = describedRole(type, inputs);
  if (role !== undefined)
    return role.groups.map((group) => ({ group, member: role.attributes.name, state: "member" }));
  if (type !== GRANT_ROLE) return [];
  const { data } = grantRoleSchema.safeParse(inputs);
  if (data === undefined) return [];
  const { grantRole: group, role: member, withAdminOption } = data;
  return [{ group, member, state: withAdminOption ? "admin" : "member" }];
}

interface Ledger extends Pick<MembershipChange, "group" | "member"> {
  before: MembershipState;
  after: MembershipState;
  declared: boolean;
  readonly steps: ResourceStep[];
}

/** Compares who is a member of what before and after a deployment, following the steps in their order. */
export function membershipChanges(steps: readonly ResourceStep[]): MembershipChange[] {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = ({ group, member }: DescribedMembership): Ledger => {
    const key = JSON.stringify([group, member]);
    const ledger = ledgers.get(key) ?? {
      group,
      member,
      before: "none",
      after: "none",
      declared: false,
      steps: [],
    };
    ledgers.set(key, ledger);
    return ledger;
  };
  for (const { type, before } of steps)
    for (const one of describedMemberships(type, before))
      Object.assign(ledgerOf(one), { before: one.state, after: one.state });
  for (const step of steps) {
    const { op, type, before, after, retained } = step;
    for (const one of describedMemberships(type, after)) ledgerOf(one).declared = true;
    if (op === "same" || op === "import" || op === "read" || (op === "delete" && retained)) continue;
    for (const one of describedMemberships(type, before)) Object.assign(ledgerOf(one), { after: "none" });
    for (const one of describedMemberships(type, after)) Object.assign(ledgerOf(one), { after: one.state });
    for (const inputs of [before, after])
      for (const one of describedMemberships(type, inputs)) ledgerOf(one).steps.push(step);
  }
  return [...ledgers.values()]
    .map((ledger) => ({ ...ledger, overridden: ledger.declared && ledger.after === "none" }))
    .filter(({ before, after, overridden }) => before !== after || overridden)
    .map(({ steps: made, declared, ...ledger }) => {
      const position = made.find((step) => step.position !== undefined)?.position;
      const urns = [...new Set(made.map(({ urn }) => urn))];
      return { kind: "membership", ...ledger, urns, ...(position === undefined ? {} : { position }) };
    });
}

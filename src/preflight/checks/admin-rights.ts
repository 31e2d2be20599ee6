import type { AccessDelta } from "../../access/plan-delta";
import type { Finding, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { AdminRights, SchemaRights } from "../facts/admin-rights";
import { membershipFix } from "../fixes/membership-fix";

/**
 * A GRANT by a user who neither owns the object nor has the grant option "succeeds" with a warning and grants nothing,
 * and FOR ROLE without membership fails halfway: so the rights are checked first.
 */
export const adminRights = defineCheck({
  id: "admin-rights",
  category: "grants",
  title: "the admin can create the role and its grants",
  severity: "error",
  inputs: ["role.superuser"],
  reads: ["role"],
  alsoReads: ["server"],
  byRequest: ({ delta }) => (delta === undefined ? NOTHING_GRANTED : undefined),
  judge: ({ request: { delta, source }, role, server }) => {
    if (delta === undefined) return NOTHING_GRANTED;
    const { admin, attributes } = role;
    if (admin.superuser) return pass(`${admin.user}, a superuser`);
    const from16 = server.kind === "read" && server.value.version.number >= 160000;
    const lacks = [
      ...roleLacks(admin, delta, attributes !== undefined, from16),
      ...grantLacks(admin, delta, source.database),
    ];
    if (lacks.length === 0) return pass(admin.user);
    return fail(
      `${admin.user} lacks privileges that this deployment needs`,
      lacks.map(({ finding }) => finding),
      membershipFix(
        admin,
        lacks.flatMap(({ owners }) => owners),
      ),
    );
  },
});

const NOTHING_GRANTED: Verdict = {
  kind: "skipped",
  message: "applies to deployments only",
  missing: "deployment",
};

/** What is missing, and the owners of which a member could do it; none if only a superuser can. */
interface Lack {
  readonly finding: Finding;
  readonly owners: readonly string[];
}

function roleLacks(admin: AdminRights, { role }: AccessDelta, exists: boolean, from16: boolean): Lack[] {
  if (role === undefined) return [];
  const lack = (needed: string): Lack[] => [
    { finding: { object: `role ${role.name}`, current: `created by ${admin.user}`, needed }, owners: [] },
  ];
  if (role.superuser) return lack("a superuser: only superusers can create superusers");
  if (exists) return [];
  // CREATE ROLE … REPLICATION: up to 15 only a superuser can, from 16 on also a role with both attributes.
  if (!from16) return lack("a superuser: before Postgres 16 only superusers can grant REPLICATION");
  return admin.createRole && admin.replication ? [] : lack("an admin with CREATEROLE and REPLICATION");
}

function grantLacks(admin: AdminRights, { grants }: AccessDelta, database: string): Lack[] {
  const lackOf = (object: string, owners: readonly string[], otherwise = ", or the grant option"): Lack => ({
    finding: { object, needed: `${actingFor(owners, admin)}${otherwise}` },
    owners,
  });
  const here = grants.filter((grant) => grant.database === database);
  const touched = new Set(here.flatMap((grant) => (grant.kind === "database" ? [] : [grant.schema])));
  const owners = new Set(here.flatMap((grant) => (grant.kind === "default" ? [grant.owner] : [])));
  return [
    ...(here.some(({ kind }) => kind === "database") && !admin.grantsDatabase
      ? [lackOf(`database ${database}`, [admin.databaseOwner])]
      : []),
    ...admin.schemas
      .filter(({ name }) => touched.has(name))
      .flatMap((schema) => [
        ...(schema.grantsUsage ? [] : [lackOf(`schema ${schema.name}`, [schema.owner])]),
        ...(schema.ungrantable === 0 ? [] : [lackOf(objectsOf(schema), schema.ungrantableOwners)]),
      ]),
    ...admin.owners
      .filter(({ name, altersDefaults }) => owners.has(name) && !altersDefaults)
      // There is no grant option for default privileges: only the owner and its members can alter them.
      .map(({ name }) => lackOf(`default privileges of ${name}`, [name], "")),
  ];
}

function objectsOf({ name, ungrantable, examples }: SchemaRights): string {
  const more = ungrantable > examples.length ? ` and ${ungrantable - examples.length} more` : "";
  return `${examples.map((example) => `${name}.${example}`).join(", ")}${more}`;
}

/** Members of owners can act for them; only a superuser can act for a superuser. */
function actingFor(owners: readonly string[], { superuserOwners }: AdminRights): string {
  if (owners.some((owner) => superuserOwners.includes(owner))) return "a superuser";
  return `membership in ${owners.join(", ")}`;
}

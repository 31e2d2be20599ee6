import { z } from "zod";
import type { RoleAttributes } from "../../access/role-sql";
import { UNKNOWN } from "../../unknown-value";
import type { Inputs, ResourceStep } from "../read/preview";
import type { RoleChange } from "./change";
import { flagSchema, listOf, nameSchema } from "./known";

/** The type of a role, as `@pulumi/postgresql` 3 names it. */
const ROLE = "postgresql:index/role:Role";

/** The properties that say that a password changes; their values are secret. */
const PASSWORDS: ReadonlySet<string> = new Set(["password", "passwordWo", "passwordWoVersion"]);

const roleSchema = z.object({
  name: nameSchema.default(UNKNOWN),
  superuser: flagSchema,
  replication: flagSchema,
  bypassRowLevelSecurity: flagSchema,
  createRole: flagSchema,
  createDatabase: flagSchema,
  login: flagSchema,
  // The provider's default.
  inherit: z
    .unknown()
    .optional()
    .transform((value) => value !== false),
  roles: listOf(nameSchema).default([]),
  password: z.unknown().optional(),
  passwordWo: z.unknown().optional(),
  skipDropRole: flagSchema,
  skipReassignOwned: flagSchema,
});

/** A role as its inputs describe it, with its groups. */
export interface DescribedRole {
  readonly attributes: RoleAttributes;
  readonly groups: readonly string[];
  readonly hasPassword: boolean;
  /** Whether a deletion drops it. */
  readonly isDropped: boolean;
  readonly reassignsOwned: boolean;
}

/** Reads the inputs of a role; undefined for another resource. */
export function describedRole(type: string, inputs: Inputs | undefined): DescribedRole | undefined {
  if (type !== ROLE || inputs === undefined) return undefined;
  const { data } = roleSchema.safeParse(inputs);
  if (data === undefined) return undefined;
  const { roles, skipDropRole, skipReassignOwned, password, passwordWo, ...attributes } = data;
  return {
    attributes,
    groups: roles,
    hasPassword: (password ?? passwordWo ?? "") !== "",
    isDropped: !skipDropRole,
    reassignsOwned: !skipReassignOwned,
  };
}

/** The roles that are created, altered or dropped. A role that is replaced by one with another name is two changes. */
export function roleChanges(steps: readonly ResourceStep[]): RoleChange[] {
  return steps.flatMap((step) => {
    const { op, type, changed, urn, position } = step;
    const before = describedRole(type, step.before);
    const after = describedRole(type, step.after);
    const [known] = [after, before].filter((role) => role !== undefined);
    if (known === undefined || op === "same" || op === "import" || op === "read") return [];
    if (op === "delete" && (step.retained || !known.isDropped)) return [];
    const passwordChanged = op === "update" && changed.some((property) => PASSWORDS.has(property));
    if (op === "update" && !passwordChanged && isEqual(before?.attributes, after?.attributes)) return [];
    return [
      {
        kind: "role" as const,
        role: known.attributes.name,
        ...(before === undefined ? {} : { before: before.attributes }),
        ...(after === undefined ? {} : { after: after.attributes }),
        passwordChanged,
        reassignsOwned: op === "delete" && known.reassignsOwned,
        urns: [urn],
        ...(position === undefined ? {} : { position }),
      },
    ];
  });
}

function isEqual(one: RoleAttributes | undefined, other: RoleAttributes | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

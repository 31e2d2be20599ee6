import type { Grant } from "./plan";
import type { AccessDelta } from "./plan-delta";
import type { AccessState, OwnerState, ReadableObjects, RoleState, SchemaState } from "./state";

/**
 * Computes what the catalog will contain after a deployment has made its changes.
 *
 * Only what the delta contains is changed: a grant that was deployed earlier and has been lost stays lost. A grant on a
 * schema, to a role or for an owner that does not exist fails, and changes nothing.
 */
export function applyPlan(state: AccessState, delta: AccessDelta): AccessState {
  const role = roleAfter(state.role, delta);
  if (role === undefined) return state;
  return delta.grants
    .filter((grant) => grant.database === state.database.name)
    .reduce(applyGrant, { ...state, role });
}

function roleAfter(role: RoleState | undefined, { role: plan }: AccessDelta): RoleState | undefined {
  if (plan === undefined) return role;
  return { name: plan.name, login: true, replication: true, superuser: plan.superuser };
}

function applyGrant(state: AccessState, grant: Grant): AccessState {
  if (grant.kind === "database") {
    const { connect, create } = state.database;
    return {
      ...state,
      database: {
        ...state.database,
        connect: connect || grant.privileges.includes("CONNECT"),
        create: create || grant.privileges.includes("CREATE"),
      },
    };
  }
  const schemas = state.schemas.map((schema) =>
    schema.name === grant.schema && schema.exists ? applySchemaGrant(schema, grant) : schema,
  );
  return { ...state, schemas };
}

function applySchemaGrant(schema: SchemaState, grant: Exclude<Grant, { kind: "database" }>): SchemaState {
  switch (grant.kind) {
    case "schema":
      return { ...schema, usage: true };
    case "objects":
      return grant.objectType === "table"
        ? { ...schema, tables: readable(schema.tables) }
        : { ...schema, sequences: readable(schema.sequences) };
    case "default":
      return {
        ...schema,
        owners: schema.owners.map((owner) =>
          owner.name === grant.owner && owner.exists ? withDefault(owner, grant.objectType) : owner,
        ),
      };
  }
}

function readable({ count }: ReadableObjects): ReadableObjects {
  return { count, unreadable: 0, examples: [] };
}

function withDefault(owner: OwnerState, objectType: "table" | "sequence"): OwnerState {
  return objectType === "table" ? { ...owner, defaultTables: true } : { ...owner, defaultSequences: true };
}

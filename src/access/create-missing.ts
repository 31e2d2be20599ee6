import type { AccessPlan, Grant } from "./plan";
import type { AccessState, OwnerState } from "./state";

/**
 * The catalog after a program has created the role, if it does not manage the role itself, and the schemas and owners of
 * these grants. Other missing schemas and owners stay missing: they existed when they were granted, and were lost.
 */
export function createMissing(state: AccessState, plan: AccessPlan, grants: readonly Grant[]): AccessState {
  const here = grants.flatMap((grant) =>
    grant.kind !== "database" && grant.database === state.database.name ? [grant] : [],
  );
  const { name, superuser } = plan.role;
  return {
    ...state,
    role: state.role ?? { name, login: true, replication: true, superuser },
    schemas: state.schemas.map((schema) => {
      const ofSchema = here.filter((grant) => grant.schema === schema.name);
      const named = new Set(ofSchema.flatMap((grant) => (grant.kind === "default" ? [grant.owner] : [])));
      const known = schema.owners.map((owner) =>
        named.has(owner.name) ? { ...owner, exists: true } : owner,
      );
      const added = [...named].filter((owner) => !known.some(({ name }) => name === owner)).map(newOwner);
      return { ...schema, exists: schema.exists || ofSchema.length > 0, owners: [...known, ...added] };
    }),
  };
}

function newOwner(name: string): OwnerState {
  return { name, exists: true, tables: 0, sequences: 0, defaultTables: false, defaultSequences: false };
}

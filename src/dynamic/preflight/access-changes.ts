import { EVERYTHING } from "../../ardent/paths";
import { passwordChange } from "../source/password-change";
import type { HalfKnownInputs } from "./known-inputs";
import type { PreflightInputs } from "./preflight-inputs";

/**
 * What a reviewer of a preview has to know of a deployment's access and cannot read off its rows: which role becomes a
 * superuser or no longer is one, whose password changes, and what is still replicated without its grants.
 *
 * @param recorded - what was deployed last; undefined before the first deployment
 * @param selection - the tables that the connector is to replicate; undefined if that is not known
 * @returns one line each
 */
export function accessChanges(
  recorded: PreflightInputs | undefined,
  wanted: HalfKnownInputs,
  selection: readonly string[] | undefined,
): string[] {
  if (recorded === undefined) return [];
  return [...roleChanges(recorded, wanted), ...schemasTakenOut(recorded, wanted.inputs, selection)];
}

/** A role with another name is another role, and one that is managed elsewhere is not altered. */
function roleChanges(
  { role: before }: PreflightInputs,
  { inputs: { role }, notKnown }: HalfKnownInputs,
): string[] {
  if (!before.create || !role.create || before.name !== role.name) return [];
  const isSame = before.superuser === role.superuser || notKnown.includes("role.superuser");
  const password = passwordChange(before.password, role.password);
  return [
    ...(isSame ? [] : [role.superuser ? "gains SUPERUSER" : "loses SUPERUSER"]),
    ...(password === undefined ? [] : [password]),
  ].map((change) => `role ${role.name}: ${change}`);
}

/** The schemas of a source decide what is granted; what is replicated, the connector's selection does. */
function schemasTakenOut(
  { schemas: before }: PreflightInputs,
  { schemas, connector }: PreflightInputs,
  selection: readonly string[] | undefined,
): string[] {
  if (connector === undefined) return [];
  return Object.keys(before)
    .filter((schema) => !Object.hasOwn(schemas, schema))
    .map((schema) => `schema ${schema}: its grants are revoked; ${replicated(schema, selection)}`);
}

function replicated(schema: string, selection: readonly string[] | undefined): string {
  if (selection === undefined)
    return "its tables are still replicated if connector.selection has them, by default every table of the database";
  const stop = "to stop that, list the tables to replicate in connector.selection";
  if (selection.includes(EVERYTHING))
    return `its tables are still replicated, because connector.selection is every table of the database: ${stop}`;
  const paths = selection.filter((path) => path.startsWith(`${schema}.`));
  if (paths.length === 0) return "its tables are not replicated: connector.selection has none of them";
  return `still replicated, because connector.selection has them: ${paths.join(", ")}`;
}

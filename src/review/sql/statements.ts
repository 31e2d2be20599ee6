import { UserError } from "../../errors";
import type { ResourceStep } from "../read/preview";
import { containerLines } from "./container-lines";
import { grantLines } from "./grant-lines";
import { membershipLines } from "./membership-lines";
import { roleLines } from "./role-lines";
import type { ScriptLine } from "./script-line";

/** The statements that a deployment runs for roles, grants, databases and schemas, in its order. */
export function forwardLines(steps: readonly ResourceStep[]): ScriptLine[] {
  return effective(steps).flatMap((step) => linesOf(step, false));
}

/** The statements that undo them, in the reverse order. */
export function backwardLines(steps: readonly ResourceStep[]): ScriptLine[] {
  return effective(steps)
    .toReversed()
    .map(inverted)
    .flatMap((step) => linesOf(step, true));
}

/** The steps that change something on a server. */
function effective(steps: readonly ResourceStep[]): ResourceStep[] {
  const changing = new Set<string>(["create", "update", "delete"]);
  return steps.filter(({ op, retained }) => changing.has(op) && !(op === "delete" && retained));
}

function inverted(step: ResourceStep): ResourceStep {
  const { before, after, op, ...rest } = step;
  const opposite = op === "create" ? "delete" : op === "delete" ? "create" : op;
  return {
    ...rest,
    op: opposite,
    ...(after === undefined ? {} : { before: after }),
    ...(before === undefined ? {} : { after: before }),
  };
}

function linesOf(step: ResourceStep, undoes: boolean): ScriptLine[] {
  try {
    return [
      ...roleLines(step, undoes),
      ...containerLines(step),
      ...membershipLines(step),
      ...grantLines(step),
    ];
  } catch (error) {
    // A name that no object can have: the deployment fails there too.
    if (!(error instanceof UserError)) throw error;
    const comment = `Left out: ${step.name} has a name that Postgres does not allow.`;
    return [{ place: "roles", verb: "create", about: step.urn, text: { comment } }];
  }
}

import { z } from "zod";
import type { Inputs, ResourceStep, StepOp } from "./preview";
import { positionOf } from "./source-position";
import { nameOf, typesOf } from "./urn";

/** A resource's state, in any form of the output. What is not listed here is never kept: outputs, ids, plain state. */
export const stateSchema = z.object({
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  parent: z.string().nullish(),
  sourcePosition: z.string().nullish(),
  retainOnDelete: z.boolean().nullish(),
});
type State = z.output<typeof stateSchema>;

const keysSchema = z.array(z.string()).nullish();

/** A step, as the digest and the events share it. */
export const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  old: stateSchema.nullish(),
  new: stateSchema.nullish(),
  /** The properties that differ. */
  diffs: keysSchema,
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
export type PrintedStep = z.output<typeof stepSchema>;

/** The engine's operations that a deployment runs; the others are its own bookkeeping. */
const OPS = new Map<string, readonly StepOp[]>([
  ["same", ["same"]],
  ["create", ["create"]],
  ["update", ["update"]],
  ["delete", ["delete"]],
  // The digest has only this one.
  ["replace", ["delete", "create"]],
  ["delete-replaced", ["delete"]],
  ["create-replacement", ["create"]],
  ["import", ["import"]],
  ["import-replacement", ["import"]],
  ["read", ["read"]],
  ["read-replacement", ["read"]],
]);

const REPLACING: ReadonlySet<string> = new Set(["replace", "delete-replaced", "create-replacement"]);

/** Converts the printed steps: without the engine's own, and without what no review may show. */
export function resourceSteps(printed: readonly PrintedStep[]): ResourceStep[] {
  const states = new Map(printed.map((step) => [step.urn, step.new ?? step.old]));
  const halves = new Set(
    printed.filter(({ op }) => REPLACING.has(op) && op !== "replace").map(({ urn }) => urn),
  );
  const steps = programSteps(printed)
    .filter(({ op, urn }) => op !== "replace" || !halves.has(urn))
    .flatMap((step) => {
      const position = positionOf(step.urn, states);
      return (OPS.get(step.op) ?? []).flatMap((op) => resourceStep(step, op, position));
    });
  const isLast = ({ op, replacing, urn }: ResourceStep) =>
    op === "delete" && replacing && !halves.has(urn) && isCreatedFirst(urn);
  return [...steps.filter((step) => !isLast(step)), ...steps.filter(isLast)];
}

/**
 * Of these, the engine creates the replacement first, and deletes the old one in the end; only for Grant does the provider
 * ask for the opposite (seen with engine 3.274.1 and `@pulumi/postgresql` 3.18.1). A program can ask for it too, as our
 * components do, but a digest does not say so.
 */
const CREATED_FIRST: ReadonlySet<string> = new Set([
  "postgresql:index/defaultPrivileges:DefaultPrivileges",
  "postgresql:index/defaultPrivileg:DefaultPrivileg",
  "postgresql:index/grantRole:GrantRole",
]);

function isCreatedFirst(urn: string): boolean {
  const types = typesOf(urn);
  return CREATED_FIRST.has(types.at(-1) ?? "") && !types.some((type) => type.startsWith("ardent:index:"));
}

/** Without what `--refresh` read before: there, a deletion is drift that was found. */
function programSteps(printed: readonly PrintedStep[]): readonly PrintedStep[] {
  if (!printed.some(({ op }) => op === "refresh")) return printed;
  const start = printed.findIndex(
    ({ op, urn }) => op !== "refresh" && urn.includes("::pulumi:pulumi:Stack::"),
  );
  return printed.slice(Math.max(start, 0));
}

function resourceStep(
  step: PrintedStep,
  op: StepOp,
  position: ResourceStep["position"],
): readonly ResourceStep[] {
  const state = step.new ?? step.old;
  if (!state) return [];
  const before = op === "create" ? undefined : inputsOf(step.old);
  // A resource that is deleted has no new state, and the engine may repeat the old one.
  const after = op === "delete" ? undefined : inputsOf(step.new);
  return [
    {
      urn: step.urn,
      type: state.type,
      name: nameOf(step.urn),
      op,
      replacing: REPLACING.has(step.op),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      changed: changedProperties(step),
      retained: step.old?.retainOnDelete ?? false,
      ...(position === undefined ? {} : { position }),
    },
  ];
}

/** Without the provider that a dynamic resource is serialized into. */
function inputsOf(state: State | null | undefined): Inputs | undefined {
  if (!state) return undefined;
  const { __provider, ...inputs } = state.inputs ?? {};
  return inputs;
}

function changedProperties({ diffs, detailedDiff }: PrintedStep): string[] {
  const paths = Object.keys(detailedDiff ?? {}).map((path) => path.replace(/[.[].*$/s, ""));
  return [...new Set([...(diffs ?? []), ...paths])];
}

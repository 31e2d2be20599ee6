import { z } from "zod";
import { isLoopback } from "../../loopback";
import type { Inputs, ResourceStep } from "../read/preview";
import type { BranchChange, ConnectorChange, Effect, SourceChange, SourceSettings } from "./change";
import { listOf, nameSchema } from "./known";

/** The types of this package's resources that a review judges. */
const ARDENT_TYPES = {
  source: "ardent:index:PostgresSource",
  connector: "pulumi-nodejs:dynamic/ardent:Connector",
  branch: "pulumi-nodejs:dynamic/ardent:Branch",
} as const;

/** What a deployment changes about connectors, branches and the arguments of sources. */
export function ardentChanges(
  steps: readonly ResourceStep[],
): readonly (ConnectorChange | BranchChange | SourceChange)[] {
  return steps.flatMap((step, index): readonly (ConnectorChange | BranchChange | SourceChange)[] => {
    switch (step.type) {
      case ARDENT_TYPES.source:
        return sourceChange(step);
      case ARDENT_TYPES.connector:
        return connectorChange(step, otherHalf(steps, index));
      case ARDENT_TYPES.branch:
        return branchChange(step, otherHalf(steps, index));
      default:
        return [];
    }
  });
}

/** The other step of a replacement; undefined for the second one, because the first one stands for both. */
function otherHalf(steps: readonly ResourceStep[], index: number): ResourceStep | "first" | undefined {
  const step = steps[index];
  if (!step?.replacing) return undefined;
  const isOther = ({ urn, op }: ResourceStep) => urn === step.urn && op !== step.op;
  const at = steps.findIndex(isOther);
  return at !== -1 && at < index ? "first" : steps[at];
}

/** What happens to a resource that is not compared in parts. */
function effectOf({ op, retained }: ResourceStep, other: ResourceStep | undefined): Effect | undefined {
  if (other !== undefined) return "replaced";
  if (op === "create") return "created";
  if (op === "update") return "changed";
  return op === "delete" && !retained ? "deleted" : undefined;
}

const connectorSchema = z.object({
  connectorName: nameSchema.optional(),
  defaultName: nameSchema.optional(),
  source: z.object({ database: nameSchema }).optional(),
});

function connectorChange(step: ResourceStep, other: ResourceStep | "first" | undefined): ConnectorChange[] {
  const effect = other === "first" ? undefined : effectOf(step, other);
  if (effect === undefined || other === "first") return [];
  const { data: before } = connectorSchema.safeParse(step.before ?? other?.before);
  const { data: after } = connectorSchema.safeParse(step.after ?? other?.after);
  const known = after ?? before;
  const [databaseBefore, databaseAfter] = [before?.source?.database, after?.source?.database];
  return [
    {
      kind: "connector",
      name: known?.connectorName ?? known?.defaultName ?? step.name,
      effect,
      ...(databaseBefore === undefined ? {} : { databaseBefore }),
      ...(databaseAfter === undefined ? {} : { databaseAfter }),
      ...madeBy(step),
    },
  ];
}

const branchSchema = z.object({ name: nameSchema });

function branchChange(step: ResourceStep, other: ResourceStep | "first" | undefined): BranchChange[] {
  const effect = other === "first" ? undefined : effectOf(step, other);
  const { data } = branchSchema.safeParse(step.after ?? step.before);
  if (effect === undefined) return [];
  return [{ kind: "branch", name: data?.name ?? step.name, effect, ...madeBy(step) }];
}

const loginSchema = z.object({ host: nameSchema.optional(), sslMode: nameSchema.optional() }).optional();

const settingsSchema = z.object({
  host: nameSchema,
  database: nameSchema,
  sslMode: nameSchema.optional(),
  admin: loginSchema,
  inspector: loginSchema,
  role: z.object({
    name: nameSchema,
    create: z
      .unknown()
      .optional()
      .transform((value) => value !== false),
    superuser: z
      .unknown()
      .optional()
      .transform((value) => value !== false),
  }),
  schemas: z.record(z.string(), z.unknown()),
  onFailure: nameSchema.default("fail"),
  connector: z.object({ selection: listOf(nameSchema).default(["*"]) }).optional(),
});

function sourceChange(step: ResourceStep): SourceChange[] {
  const before = settingsOf(step.before);
  const after = settingsOf(step.after);
  const isRead = step.op === "import" || step.op === "read" || (step.op === "delete" && step.retained);
  if (isRead || (before === undefined && after === undefined)) return [];
  const sides = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  return [{ kind: "source", name: step.name, ...sides, ...madeBy(step) }];
}

function settingsOf(inputs: Inputs | undefined): SourceSettings | undefined {
  const { data } = settingsSchema.safeParse(inputs);
  if (data === undefined) return undefined;
  const { host, database, role, schemas, onFailure, connector } = data;
  return {
    host,
    database,
    role: role.name,
    createsRole: role.create,
    superuser: role.superuser,
    schemas: Object.keys(schemas).sort(),
    ...(connector === undefined ? {} : { selection: connector.selection }),
    cleartextHosts: cleartextHosts(data),
    onFailure,
  };
}

/** For a loopback address no encryption is the default of this runner, and nothing leaves the machine. */
function cleartextHosts({ host, sslMode, admin, inspector }: z.output<typeof settingsSchema>): string[] {
  const connections = [{ host, sslMode }, admin, inspector].map((login) => ({
    host: login?.host ?? host,
    sslMode: login?.sslMode ?? sslMode,
  }));
  const open = connections.filter((one) => one.sslMode === "disable" && !isLoopback(one.host));
  return [...new Set(open.map((one) => one.host))];
}

function madeBy({ urn, position }: ResourceStep) {
  return { urns: [urn], ...(position === undefined ? {} : { position }) };
}

import { z } from "zod";
import { SSL_MODES } from "../../postgres/ssl-mode";
import type { CountedRule } from "../faults/faults";
import { faultRule, repeatIssues } from "../faults/rule";
import { branchRecord } from "../model/branch";
import { operationRow } from "../model/operation-row";
import { quarantine } from "../model/quarantine";
import { decisions } from "../model/selection";

/** The version of the file's layout; another layout gets another number. */
export const stateVersion = 1;

const countedRule = z
  .looseObject({ id: z.string(), calls: z.number(), hits: z.number() })
  .transform(({ id, calls, hits, ...rule }, context): CountedRule => {
    const parsed = faultRule().safeParse(rule);
    return parsed.success ? { ...parsed.data, id, calls, hits } : repeatIssues(parsed.error, context);
  });

const artifactKind = z.enum(["schema", "event-triggers", "slot"]);

const source = z.object({
  host: z.string(),
  port: z.number(),
  database: z.string(),
  user: z.string(),
  password: z.string().optional(),
  sslMode: z.enum(SSL_MODES),
  caCertificate: z.string().optional(),
});

const table = z.object({
  schema: z.string(),
  name: z.string(),
  path: z.string(),
  columns: z.array(z.string()),
  replicaIdentity: z.enum(["default", "index", "full", "nothing"]),
  hasUsableIdentity: z.boolean(),
});

/** A connector as it is stored, with the password of its source. */
export const connectorRecord = z.object({
  id: z.string(),
  createdAt: z.string(),
  orgId: z.string(),
  projectId: z.string(),
  name: z.string(),
  source,
  dropExtensions: z.array(z.string()),
  lock: z.object({ reason: z.string().nullable() }).optional(),
  tables: z.array(table).optional(),
  selection: z.array(z.string()).optional(),
  decisions: z.record(z.string(), z.enum(decisions)),
  operation: z.string().optional(),
  made: z.array(artifactKind),
  making: artifactKind.optional(),
  snapshot: z.array(z.tuple([z.string(), z.number()])),
  streams: z.boolean(),
  failure: z.string().optional(),
  quarantines: z.array(quarantine),
  branches: z.array(branchRecord),
});
export type ConnectorRecord = z.output<typeof connectorRecord>;

/** All state of the emulator, as it is stored in a file. */
export const stateRecord = z.object({
  version: z.literal(stateVersion),
  starts: z.number().int(),
  token: z.string(),
  orgId: z.string(),
  projects: z.array(
    z.object({ id: z.string(), org_id: z.string(), name: z.string(), created_at: z.string() }),
  ),
  connectors: z.array(connectorRecord),
  operations: z.array(operationRow),
  branchRequests: z.array(
    z.object({ key: z.string(), connectorId: z.string(), name: z.string(), operation: z.string() }),
  ),
  faults: z.array(countedRule),
});
export type StateRecord = z.output<typeof stateRecord>;

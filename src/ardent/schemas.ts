import { z } from "zod";
import { branchUrlSchema, idSchema } from "./ids";

/*
 * The API's responses, as in its public OpenAPI document. Fields that are not in the document are kept; an informative
 * field may be missing or null, so that a shorter response does not stop a deployment.
 */

/** A limit for the rows of a list, far above what any list of the API has. */
const LONGEST_LIST = 10_000;

/**
 * A list whose length is checked before its rows: for millions of invalid rows, the error of each would take more memory
 * than there is.
 */
function listOf<T extends z.ZodType>(row: T) {
  return z.array(z.unknown()).max(LONGEST_LIST).pipe(z.array(row));
}

/** GET /projects/{id}. */
export const projectSchema = z.looseObject({
  id: idSchema,
  org_id: idSchema,
  name: z.string().nullish(),
});
export type Project = z.infer<typeof projectSchema>;

/** A connector's row. No documented field contains its connection details. */
export const connectorSchema = z.looseObject({
  id: idSchema,
  org_id: idSchema,
  name: z.string(),
  service_name: z.string(),
  project_id: idSchema.nullish(),
  status: z.string().nullish(),
  created_at: z.string().nullish(),
});
export type Connector = z.infer<typeof connectorSchema>;

export const connectorListSchema = z.looseObject({ connectors: listOf(connectorSchema) });
export const connectorEnvelopeSchema = z.looseObject({ connector: connectorSchema });

/** The report of POST /connectors/preflight, and the body of a 422 of POST /connectors. */
export const preflightReplySchema = z.looseObject({
  preflight_pass: z.boolean().nullish(),
  branching_prerequisites_pass: z.boolean().nullish(),
  checks: z.record(z.string(), z.unknown()).nullish(),
  grant_script: z.string().nullish(),
  source_metadata: z.record(z.string(), z.unknown()).nullish(),
  source_provider: z.string().nullish(),
});
export type PreflightReply = z.infer<typeof preflightReplySchema>;

/**
 * The handle of work that continues at the service (202). A status is any string, so that a status of a later version
 * does not stop us from following the work.
 */
export const operationHandleSchema = z.looseObject({
  operation_id: idSchema,
  status: z.string(),
  type: z.string(),
  resource_id: idSchema.nullish(),
});
export type OperationHandle = z.infer<typeof operationHandleSchema>;

/** GET /operations/{id}. */
export const operationSchema = z.looseObject({
  id: idSchema,
  status: z.string(),
  type: z.string().nullish(),
  /** What the operation acts on. */
  resource_id: idSchema.nullish(),
  progress: z.number().nullish(),
  stage: z.string().nullish(),
  stage_label: z.string().nullish(),
  error: z.string().nullish(),
  result: z.looseObject({ branch_url: branchUrlSchema.nullish() }).nullish(),
  created_at: z.string().nullish(),
  completed_at: z.string().nullish(),
});
export type Operation = z.infer<typeof operationSchema>;

/**
 * A part of a connector's replication that the service has paused, because it could not continue. No documented field
 * contains its tables; if a service lists them, they are shown.
 */
export const quarantineSchema = z.looseObject({
  id: idSchema,
  connector_id: idSchema,
  status: z.string(),
  deployment_name: z.string().nullish(),
  message: z.string().nullish(),
  tables: listOf(z.string()).optional().catch(undefined),
});
export type Quarantine = z.infer<typeof quarantineSchema>;

/** GET /connectors/{id}/quarantine: those that are still paused. */
export const quarantineListSchema = z.looseObject({ quarantines: listOf(quarantineSchema) });

/** A branch's row; `branch_url` holds a password. */
export const branchSchema = z.looseObject({
  id: idSchema,
  name: z.string(),
  connector_id: idSchema.nullish(),
  status: z.string().nullish(),
  branch_url: branchUrlSchema.nullish(),
  created_at: z.string().nullish(),
});
export type Branch = z.infer<typeof branchSchema>;

/** GET /branches/{connector_id}: up to {@link LONGEST_BRANCH_LIST} rows; the API cannot list more. */
export const branchListSchema = listOf(branchSchema);

/** The maximum number of rows of GET /branches/{connector_id}. */
export const LONGEST_BRANCH_LIST = 100;

/** `{"detail": "…"}`, or FastAPI's list of wrong fields, whose `input` is ignored: it may be a password. */
export const errorBodySchema = z.looseObject({
  detail: z.union([
    z.string(),
    listOf(z.looseObject({ loc: listOf(z.union([z.string(), z.number()])), msg: z.string() })),
  ]),
});

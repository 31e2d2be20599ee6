import { z } from "zod";

/** The operation types of the document that the emulator runs. */
export const operationTypes = [
  "connector_discovery",
  "connector_engine_setup",
  "connector_delete",
  "branch_create",
] as const;
export type OperationType = (typeof operationTypes)[number];

const json = z.record(z.string(), z.unknown()).nullable();

/** AsyncOperationResponse of the document, which is also how an operation is kept. */
export const operationRow = z.object({
  id: z.string(),
  org_id: z.string(),
  type: z.enum(operationTypes),
  resource_id: z.string(),
  status: z.enum(["pending", "running", "completed", "failed"]),
  progress: z.number().nullable(),
  stage: z.string().nullable(),
  stage_label: z.string().nullable(),
  error: z.string().nullable(),
  result: json,
  setup_status: json,
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  updated_at: z.string(),
});
export type OperationRow = z.output<typeof operationRow>;

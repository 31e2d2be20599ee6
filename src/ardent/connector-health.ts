import { z } from "zod";
import { printableValue } from "../printable-text";
import type { Connector } from "./schemas";
import { maskSecrets } from "./secrets";

/*
 * Decides from a connector's row whether its replication has stopped.
 *
 * The API document says that a row has a `status`, but not which values it can have. So a status counts as a failure if
 * its last word says so; every other one, known or new, does not. `quarantined` is documented. `replication_error` is
 * not a documented field; if a service has it, it is shown. Only this file depends on these assumptions.
 */
const FAILED = /(^|[_\s-])(failed|failure|error|errored|broken)$/i;
/** States that may recover without help, for example after the source was down for a while. */
const DEGRADED = /(^|[_\s-])(degraded|unhealthy|stalled)$/i;
const rowSchema = z.looseObject({ replication_error: z.string().min(1).optional().catch(undefined) });

/** A connector that does not replicate, in the service's own words. */
export interface ConnectorProblem {
  /** Such as `setup_failed`. */
  readonly status: string;
  /** Whether the service has given up; otherwise the replication may recover. */
  readonly failed: boolean;
  /** The reason, if the service gives one. */
  readonly error?: string;
}

/** The problem of a connector; undefined if its row shows none. */
export function connectorProblem(row: Connector): ConnectorProblem | undefined {
  const { status } = row;
  if (status == null || !(FAILED.test(status) || DEGRADED.test(status))) return undefined;
  const error = rowSchema.parse(row).replication_error;
  return {
    status,
    failed: FAILED.test(status),
    ...(error === undefined ? {} : { error: maskSecrets(error, []) }),
  };
}

/** The same as text: `setup_failed: the slot was not created`. */
export function describeConnectorProblem({ status, error }: Omit<ConnectorProblem, "failed">): string {
  return printableValue(error === undefined ? status : `${status}: ${error}`);
}

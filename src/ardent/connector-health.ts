import { z } from "zod";
import { printableValue } from "../printable-text";
import type { Connector } from "./schemas";
import { maskSecrets } from "./secrets";

/*
 * How to tell from a connector's row that its replication has stopped.
 *
 * Documented is that a row has a `status`, and not one word of what it may be. So a status counts as a failure when its
 * last word says so; every other one, known or new, does not. What is quarantined is documented, and told apart.
 * `replication_error` is no documented field either:
 * where a service has it, it is shown. Everything that knows of these assumptions is in this file.
 */
const FAILED = /(^|[_\s-])(failed|failure|error|errored|broken)$/i;
/** What may fix itself, as a stream does whose source is away for a while. */
const DEGRADED = /(^|[_\s-])(degraded|unhealthy|stalled)$/i;
const rowSchema = z.looseObject({ replication_error: z.string().min(1).optional().catch(undefined) });

/** A connector that does not replicate, in the service's own words. */
export interface ConnectorProblem {
  /** Such as `setup_failed`. */
  readonly status: string;
  /** Whether it has given up; otherwise it may continue by itself. */
  readonly failed: boolean;
  /** Why, where the service says it. */
  readonly error?: string;
}

/** What is wrong with a connector; undefined when nothing is, as far as its row tells. */
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

/** The same in words: `setup_failed: the slot was not created`. */
export function describeConnectorProblem({ status, error }: Omit<ConnectorProblem, "failed">): string {
  return printableValue(error === undefined ? status : `${status}: ${error}`);
}

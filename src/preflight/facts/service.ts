import { z } from "zod";
import { schemaOf } from "../../schema-of";
/** The data of Ardent's service about the source. The caller passes it in, because preflight itself uses no HTTP. */
export interface ServiceFacts {
  /** The connector of this deployment; undefined when there is none yet. */
  readonly connector?: {
    readonly id: string;
    readonly name: string;
    /** The service's status, such as "active". */
    readonly status?: string;
    /**
     * Set if the status says that the replication has stopped, permanently or (`failed` is false) maybe temporarily, with the
     * service's reason where it tells one.
     */
    readonly problem?: { readonly status: string; readonly failed: boolean; readonly error?: string };
    /** The paused parts of the replication. */
    readonly quarantines?: readonly Quarantine[];
  };
  /** A connector that has the wanted name and belongs to someone else, so that this deployment can create none. */
  readonly taken?: { readonly id: string; readonly name: string };
  /** The answer to the service's own preflight; undefined when it was not asked, as once a connector exists. */
  readonly preflight?: {
    readonly pass: boolean;
    readonly checks: readonly ServiceCheck[];
    /** The service's own grant script. */
    readonly grantScript?: string;
  };
}

/** A part of the replication that the service has paused. */
export interface Quarantine {
  readonly id: string;
  /** The service's reason. */
  readonly reason?: string;
  /** The affected tables, as the service writes them; undefined if it does not say. */
  readonly tables?: readonly string[];
}

/** One check of the service's own preflight. */
export interface ServiceCheck {
  readonly name: string;
  readonly pass: boolean;
  readonly detail?: string;
}

/** The data that the caller passes in. */
export const serviceSchema = schemaOf<ServiceFacts>()(
  z.object({
    connector: z
      .object({
        id: z.string(),
        name: z.string(),
        status: z.string().optional(),
        problem: z
          .object({ status: z.string(), failed: z.boolean(), error: z.string().optional() })
          .optional(),
        quarantines: z
          .array(
            z.object({
              id: z.string(),
              reason: z.string().optional(),
              tables: z.array(z.string()).optional(),
            }),
          )
          .optional(),
      })
      .optional(),
    taken: z.object({ id: z.string(), name: z.string() }).optional(),
    preflight: z
      .object({
        pass: z.boolean(),
        checks: z.array(z.object({ name: z.string(), pass: z.boolean(), detail: z.string().optional() })),
        grantScript: z.string().optional(),
      })
      .optional(),
  }),
);

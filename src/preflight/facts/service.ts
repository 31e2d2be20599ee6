/** What Ardent's service says about the source. Handed in by whoever speaks HTTP; preflight does not. */
export interface ServiceFacts {
  /** The connector of this deployment; undefined when there is none yet. */
  readonly connector?: {
    readonly id: string;
    readonly name: string;
    /** The service's own word, such as "active". */
    readonly status?: string;
  };
  /** The answer to the service's own preflight; undefined when it was not asked, as once a connector exists. */
  readonly preflight?: {
    readonly pass: boolean;
    readonly checks: readonly ServiceCheck[];
    /** The service's own grant script. */
    readonly grantScript?: string;
  };
}

/** One check of the service's own preflight. */
export interface ServiceCheck {
  readonly name: string;
  readonly pass: boolean;
  readonly detail?: string;
}

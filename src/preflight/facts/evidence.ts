/** A part of the facts: read, not asked for, or asked for and not to be had. */
export type Evidence<T> =
  | { readonly kind: "read"; readonly value: T }
  | ({ readonly kind: "skipped"; readonly reason: string } & Cause)
  | ({ readonly kind: "unknown"; readonly reason: string } & Cause);

/** What was read; undefined where it was not, whatever the reason. */
export function valueIfRead<T>(evidence: Evidence<T>): T | undefined {
  return evidence.kind === "read" ? evidence.value : undefined;
}

/** Why something could not be read or judged, where programs have to know. */
export interface Cause {
  /** The check that has to pass first. */
  readonly needs?: string;
  /** What this run was not given. */
  readonly missing?: MissingInput;
}

/**
 * What a run can be without: the address that Ardent comes from, the role's password, leave to create a temporary slot,
 * a token for Ardent's service, a deployment that grants something.
 */
export const MISSING_INPUTS = ["egress-ip", "role-password", "slot-probe", "token", "deployment"] as const;
export type MissingInput = (typeof MISSING_INPUTS)[number];

/** A part of the facts: read, not requested (skipped), or requested but not readable (unknown). */
export type Evidence<T> =
  | { readonly kind: "read"; readonly value: T }
  | ({ readonly kind: "skipped"; readonly reason: string } & Cause)
  | ({ readonly kind: "unknown"; readonly reason: string } & Cause);

/** The value; undefined if it was not read, for any reason. */
export function valueIfRead<T>(evidence: Evidence<T>): T | undefined {
  return evidence.kind === "read" ? evidence.value : undefined;
}

/** Why something could not be read or judged, in a form for programs. */
export interface Cause {
  /** The check that has to pass first. */
  readonly needs?: string;
  /** The input that this run lacks. */
  readonly missing?: MissingInput;
}

/**
 * Inputs that a run may lack: Ardent's egress IP, the role's password, permission to create a temporary slot, a token for
 * Ardent's service, a deployment that grants something.
 */
export const MISSING_INPUTS = ["egress-ip", "role-password", "slot-probe", "token", "deployment"] as const;
export type MissingInput = (typeof MISSING_INPUTS)[number];

/**
 * A part of the facts: read, not requested (skipped), requested but not readable (unknown), or readable only after the
 * deployment has created something or learned a value (awaited).
 */
export type Evidence<T> =
  | { readonly kind: "read"; readonly value: T }
  | ({ readonly kind: "skipped"; readonly reason: string } & Cause)
  | ({ readonly kind: "unknown"; readonly reason: string } & Cause)
  | ({ readonly kind: "awaited"; readonly reason: string } & Cause);

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
  /** What of the deployment has to come first. */
  readonly waitsFor?: WaitsFor;
}

/** That the deployment creates what is missing, or that it knows the value of an input. */
export const WAITS_FOR = ["creation", "value"] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/**
 * What is to be said where inputs are not known before the deployment.
 *
 * @param properties - their paths, such as `role.password`
 */
export function awaitedValue(properties: readonly string[]): Extract<Evidence<never>, { kind: "awaited" }> {
  const reason = `not known before the deployment: ${properties.join(", ")}`;
  return { kind: "awaited", reason, waitsFor: "value" };
}

/**
 * Inputs that a run may lack: Ardent's egress IP, the role's password, permission to create a temporary slot, a token for
 * Ardent's service, a deployment that grants something.
 */
export const MISSING_INPUTS = ["egress-ip", "role-password", "slot-probe", "token", "deployment"] as const;
export type MissingInput = (typeof MISSING_INPUTS)[number];

/** A preview, as far as it was printed: the same value for every form of Pulumi's output. Its texts are not safe to print. */
export interface Preview {
  /** `nothing` if there was no output at all: Pulumi failed before it began. */
  readonly form: "digest" | "events" | "nothing";
  /** From the URNs; undefined if no resource was reached. */
  readonly stack?: { readonly project: string; readonly name: string };
  /** In the order of the preview, which is an order of the deployment. */
  readonly steps: readonly ResourceStep[];
  readonly diagnostics: readonly Diagnostic[];
  readonly violations: readonly PolicyViolation[];
  /** Whether the output ends where the preview did, not in the middle of it. */
  readonly complete: boolean;
}

/** What happens to one resource. A replacement is two steps, `delete` and `create`, in the order of the deployment. */
export interface ResourceStep {
  readonly urn: string;
  readonly type: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly op: StepOp;
  /** Whether the step is one half of a replacement. */
  readonly replacing: boolean;
  /** The inputs of the last deployment. A secret is {@link SECRET}, a value that is not known yet is `UNKNOWN`. */
  readonly before?: Inputs;
  /** The inputs of this one. */
  readonly after?: Inputs;
  /** The properties that differ, secrets among them. */
  readonly changed: readonly string[];
  /** Whether a deletion only forgets the resource (`retainOnDelete`). */
  readonly retained: boolean;
  /** The line of the program, of the nearest parent that is not in a package. */
  readonly position?: SourcePosition;
}

/** `import` and `read` change nothing on a server. */
export type StepOp = "same" | "create" | "update" | "delete" | "import" | "read";

/** Properties as Pulumi prints them. */
export type Inputs = { readonly [name: string]: unknown };

/** What Pulumi prints instead of a secret. */
export const SECRET = "[secret]";

/** A place in the program. */
export interface SourcePosition {
  /** From the folder of the Pulumi project. */
  readonly file: string;
  readonly line: number;
}

/** A message of the preview. */
export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly urn?: string;
  /** Several lines, without colors. */
  readonly message: string;
}

/** A policy that a resource violates. */
export interface PolicyViolation {
  readonly policy: string;
  readonly pack: string;
  /** Whether it ends the deployment. */
  readonly mandatory: boolean;
  readonly urn?: string;
  readonly message: string;
}

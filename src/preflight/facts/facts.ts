import type { ConnectionFacts } from "./connection";
import type { Evidence } from "./evidence";
import type { FAMILIES, FamilyValue } from "./registry";

/** The evidence of each family. */
export type FamilyFacts = { readonly [name in keyof typeof FAMILIES]: Evidence<FamilyValue<name>> };

/** Everything that was read about the source: the second part of a check's input. JSON, without secrets. */
export interface Facts extends FamilyFacts {
  /** How the source was reached: address, TLS, login of the admin and of the role, a pooler in between. */
  readonly connection: ConnectionFacts;
}

import { randomBytes } from "node:crypto";

/** A new id with a prefix for its kind: `con_` and 16 hex digits. */
export function identifier(prefix: "org" | "prj" | "con" | "br" | "op" | "flt" | "qtn"): string {
  return `${prefix}_${randomBytes(8).toString("hex")}`;
}

import { randomBytes } from "node:crypto";

/** A fresh id that tells what it names: `con_` and 16 hex digits. */
export function identifier(prefix: "org" | "prj" | "con" | "br" | "op" | "flt" | "qtn"): string {
  return `${prefix}_${randomBytes(8).toString("hex")}`;
}

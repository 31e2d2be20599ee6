import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CheckFailure } from "@pulumi/pulumi/dynamic";

/** The content of a `caFile`, or why it cannot be read. */
export interface CaFile {
  readonly certificate?: string;
  readonly problems: readonly CheckFailure[];
}

/**
 * Reads the file of a certificate authority.
 *
 * @param path - from the program's folder; undefined if none is set
 */
export function readCaFile(path: unknown): CaFile {
  // Anything else is rejected by the schema of the arguments.
  if (typeof path !== "string") return { problems: [] };
  try {
    return { certificate: readFileSync(path, "utf8"), problems: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = `${REASONS[code] ?? `cannot be read (${code})`}: ${resolve(path)}`;
    return { problems: [{ property: "caFile", reason }] };
  }
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder and not a file",
  EACCES: "this user may not read the file",
};

import { z } from "zod";
import { UserError } from "../errors";
import type { Facts } from "../preflight/facts/facts";
import { factsSchema } from "../preflight/facts/facts-schema";
import { type PreflightRequest, requestSchema } from "../preflight/request";
import { printableJson } from "../printable-text";
import { writePrivateFile } from "../private-file";
import { packageVersion } from "./package-version";
import { readJson } from "./read-json";

/** The request and the facts of one run: everything from which a report is made. */
export interface Capture {
  readonly request: PreflightRequest;
  readonly facts: Facts;
}

/** Increased when older files no longer contain the facts that the checks need. */
const FACTS_VERSION = 3;

/**
 * Saves a run, so that it can be judged again elsewhere. The file contains no secrets, because the facts contain none;
 * but it contains names of hosts, roles and tables, so only its owner can read it.
 *
 * @throws {UserError} when it cannot be written
 */
export function writeFactsFile(file: string, { request, facts }: Capture): void {
  const saved = { factsVersion: FACTS_VERSION, packageVersion: packageVersion(), request, facts };
  try {
    writePrivateFile(file, `${printableJson(saved, 2)}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      "The facts cannot be saved",
      [
        {
          what: `cannot be written (${code})`,
          object: file,
          fix: "name a regular file (not a link or device) in a folder you can write to",
        },
      ],
      { cause: error },
    );
  }
}

/**
 * Reads a saved run.
 *
 * @throws {UserError} when the file was not written by this package, or by another version
 */
export async function readFactsFile(file: string): Promise<Capture> {
  const parsed = SAVED.safeParse(
    await readJson(file, { summary: SUMMARY, fix: "name a file that preflight --facts wrote" }),
  );
  if (parsed.success) return parsed.data;
  throw new UserError(
    SUMMARY,
    parsed.error.issues.map(({ path, message }) => ({
      what: path.length === 0 ? "does not contain facts" : message,
      object: [file, ...path].join(": "),
      fix: `write it with this version: pulumi-ardent preflight <url> --facts ${file}`,
    })),
  );
}

const SUMMARY = "The saved facts cannot be used";

const SAVED = z.object({
  factsVersion: z.literal(FACTS_VERSION),
  request: requestSchema,
  facts: factsSchema,
});

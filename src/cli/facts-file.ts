import { z } from "zod";
import { UserError } from "../errors";
import type { Facts } from "../preflight/facts/facts";
import { factsSchema } from "../preflight/facts/facts-schema";
import { type PreflightRequest, requestSchema } from "../preflight/request";
import { printableJson } from "../printable-text";
import { writePrivateFile } from "../private-file";
import { packageVersion } from "./package-version";
import { readJson } from "./read-json";

/** What one look at a source gave, and what had been asked: all that a report is made of. */
export interface Capture {
  readonly request: PreflightRequest;
  readonly facts: Facts;
}

/** Counts the changes after which an older file no longer says what the checks ask. */
const FACTS_VERSION = 3;

/**
 * Saves a look, so that it can be judged again elsewhere. Holds no secret, since the facts hold none; it does name
 * hosts, roles and tables, so that only its owner may read it.
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
 * Reads a look that was saved.
 *
 * @throws {UserError} when the file is none of ours, or of another version
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

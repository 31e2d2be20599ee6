import type { Forge } from "../comment/forge";
import { ForgeError } from "../comment/forge-error";
import { upsertComment } from "../comment/upsert-comment";
import { print, printError } from "../output";
import { EXIT } from "./exit";

/**
 * Makes or updates the comment and prints which.
 *
 * @returns the exit code
 * @throws ForgeError
 */
export async function writeComment(forge: Forge, name: string, text: string): Promise<number> {
  const { created, comment } = await upsertComment(forge, name, text);
  const place = comment.url === undefined ? "" : `: ${comment.url}`;
  print(`${created ? "Created" : "Updated"} the comment of ${forge.subject}${place}`);
  return EXIT.ok;
}

/**
 * Prints in one line why there is no comment. It is no failure: a pull request from a fork must not fail because of it.
 *
 * @returns the exit code
 */
export function notWritten(reason: string, fix: string): number {
  printError(`No comment was written: ${reason}. ${fix}`);
  return EXIT.ok;
}

/**
 * Runs work that asks a forge, and prints how it failed.
 *
 * @param needs - said of a token that may not write comments
 * @returns the exit code
 */
export async function reportingFailures(needs: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    const { kind, detail } = error.facts;
    if (kind === "forbidden")
      return notWritten(`the token may not write it (${["403", detail].filter(Boolean).join(": ")})`, needs);
    printError(error.message);
    return EXIT.failed;
  }
}

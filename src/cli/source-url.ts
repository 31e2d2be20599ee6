import { text } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import { completeSettings } from "../postgres/connection-environment";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { parseConnectionUrl } from "../postgres/connection-url";

/** What the argument of every command that connects is called in its help. */
export const URL_HELP =
  "postgres://user@host:5432/database, or - to read it from stdin; the password is better left to PGPASSWORD or ~/.pgpass, since arguments are visible to others";

/**
 * Reads where to connect.
 *
 * @param url - the argument; `-` reads the URL from stdin
 * @throws {UserError} with everything that is wrong with it
 */
export async function readSourceUrl(url: string): Promise<ConnectionSettings> {
  return completeSettings(parseConnectionUrl(url === "-" ? (await text(process.stdin)).trim() : url));
}

/**
 * Reads a list of names, separated by commas.
 *
 * @throws {InvalidArgumentError} if there is none: an empty variable must not pass for "nothing to check"
 */
export function readNames(list: string): string[] {
  const names = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("It names nothing.");
  return names;
}

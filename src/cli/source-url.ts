import { text } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import { UserError } from "../errors";
import { completeSettings } from "../postgres/connection-environment";
import { type ConnectionSettings, refuseCleartext } from "../postgres/connection-settings";
import { parseConnectionUrl } from "../postgres/connection-url";

/** The help of the argument with the URL, for every command that connects. */
export const URL_HELP =
  "postgres://user@host:5432/database, or - to read it from stdin; put the password in PGPASSWORD or ~/.pgpass, because other users can see arguments";

/** An option of every command that connects; its name and its help. */
export const ALLOW_CLEARTEXT = [
  "--allow-cleartext",
  "confirm plaintext connections (sslmode=disable) to a host that is not this machine",
] as const;

/**
 * Reads the connection settings.
 *
 * @param url - the argument; `-` reads the URL from stdin
 * @param options.allowCleartext - see {@link ALLOW_CLEARTEXT}
 * @throws {UserError} with all its problems
 */
export async function readSourceUrl(
  url: string,
  { allowCleartext: allowed }: { readonly allowCleartext?: boolean },
): Promise<ConnectionSettings> {
  const parsed = parseConnectionUrl(url === "-" ? await readStdin() : url);
  return refuseCleartext(await completeSettings(parsed), { allowed, consent: ALLOW_CLEARTEXT[0] });
}

async function readStdin(): Promise<string> {
  const url = (await text(process.stdin)).trim();
  if (url !== "") return url;
  throw new UserError("No URL was given", [
    { what: "is empty", object: "stdin", fix: "write the URL to it, or pass the URL instead of -" },
  ]);
}

/**
 * Reads a name.
 *
 * @throws {InvalidArgumentError} if it is empty, for example because a variable is not set
 */
export function readName(name: string): string {
  if (name.trim() === "") throw new InvalidArgumentError("The name is empty.");
  return name;
}

/**
 * Reads a list of names, separated by commas.
 *
 * @throws {InvalidArgumentError} if it is empty: an unset variable must not mean "nothing to check"
 */
export function readNames(list: string): string[] {
  const names = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("The name is empty.");
  return names;
}

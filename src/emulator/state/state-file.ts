import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../errors";
import { writePrivateFile } from "../../private-file";
import { type StateRecord, stateRecord, stateVersion } from "./record";

/**
 * Reads the state of an emulator.
 *
 * @returns undefined if there is no such file yet
 * @throws {UserError} for a file that cannot be read, is damaged or was written by a newer version
 */
export function readState(file: string): StateRecord | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw unusable(file, `cannot be read (${code})`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw unusable(file, "is not JSON");
  }
  const versioned = z.object({ version: z.number() }).safeParse(content);
  if (versioned.success && versioned.data.version !== stateVersion) {
    throw unusable(
      file,
      "has another layout",
      `version ${versioned.data.version}`,
      `version ${stateVersion}`,
    );
  }
  const parsed = stateRecord.safeParse(content);
  if (parsed.success) return parsed.data;
  // Paths only: a value may be a password.
  const places = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole file");
  throw unusable(file, `is not what an emulator wrote: ${[...new Set(places)].slice(0, 5).join(", ")}`);
}

/**
 * Writes it atomically and readable only by its owner. It is not delayed, because the process can be killed at any time.
 *
 * @throws {UserError} when it cannot be written; see `writePrivateFile` for links and devices
 */
export function writeState(file: string, state: StateRecord): void {
  try {
    writePrivateFile(file, JSON.stringify(state));
  } catch (error) {
    throw unusable(file, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function unusable(file: string, what: string, current?: string, needed?: string): UserError {
  return new UserError("The emulator's state cannot be kept", [
    {
      what,
      object: file,
      ...(current === undefined ? {} : { current }),
      ...(needed === undefined ? {} : { needed }),
      fix: "name another file with --state; what an emulator made on sources stays there until it is removed by hand",
    },
  ]);
}

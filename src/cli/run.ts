import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { maskSecrets } from "../ardent/secrets";
import { UserError } from "../errors";
import { printError } from "../output";
import { printableLines } from "../printable-text";
import { addCommentCommand } from "./comment-command";
import { addEmulatorCommand } from "./emulator-command";
import { EXIT } from "./exit";
import { addGrantsCommand } from "./grants-command";
import { addInitCommand } from "./init-command";
import { addOwnersCommand } from "./owners-command";
import { packageVersion } from "./package-version";
import { addPreflightCommand } from "./preflight-command";
import { addReviewCommand } from "./review-command";

/**
 * Runs the command line.
 *
 * @param argv - as in process.argv
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command("pulumi-ardent")
    .description("Checks and prepares a self-hosted Postgres for Ardent.")
    .version(packageVersion())
    .exitOverride()
    // Inherited by the commands below. Error messages repeat invalid arguments, which may be a URL with a password.
    .configureOutput({ outputError: (text, write) => write(printableLines(maskSecrets(text, []))) });
  addPreflightCommand(program, (code) => {
    exitCode = code;
  });
  addGrantsCommand(program);
  addOwnersCommand(program);
  addReviewCommand(program, (code) => {
    exitCode = code;
  });
  addCommentCommand(program, (code) => {
    exitCode = code;
  });
  addInitCommand(program);
  addEmulatorCommand(program);
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Prints an error: a mistake of the user without a stack, anything else with one, because it is a bug. */
function exitCodeOf(error: unknown): number {
  // Help, version and usage errors have been printed already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.error;
  if (error instanceof Error && error.name === "AbortError") {
    printError("interrupted");
    return EXIT.interrupted;
  }
  printError(maskSecrets(error instanceof UserError ? error.message : inspect(error), []));
  return EXIT.error;
}

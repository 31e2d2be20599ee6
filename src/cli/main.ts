#!/usr/bin/env node
import { inspect } from "node:util";
import { printError } from "../output";
import { EXIT } from "./exit";
import { run } from "./run";

process.on("uncaughtException", (error) => {
  // Node would exit with 1, which means "not ready".
  printError(inspect(error));
  process.exit(EXIT.error);
});
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  // A reader that has read enough (`| head`) closes the pipe; the exit code is the same.
  if (code === "EPIPE") return;
  printError(`The output cannot be written (${code})`);
  process.exit(EXIT.error);
});

void run(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
  // Otherwise the process would wait for a host name that the system's resolver is still looking up.
  process.stdout.write("", () => setTimeout(() => process.exit(), 500).unref());
});

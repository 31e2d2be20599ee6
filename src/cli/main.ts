#!/usr/bin/env node
import { inspect } from "node:util";
import { printError } from "../output";
import { EXIT } from "./exit";
import { run } from "./run";

process.on("uncaughtException", (error) => {
  // Node would exit with 1, which says "not ready".
  printError(inspect(error));
  process.exit(EXIT.error);
});
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  // Whoever has read enough (`| head`) hangs up; the exit code is the same.
  if (code === "EPIPE") return;
  printError(`The output cannot be written (${code})`);
  process.exit(EXIT.error);
});

void run(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
  // A host name that the system's resolver still looks up would keep the process for as long as that takes.
  process.stdout.write("", () => setTimeout(() => process.exit(), 500).unref());
});

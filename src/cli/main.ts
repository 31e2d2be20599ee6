#!/usr/bin/env node
import { run } from "./run";

void run(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
  // A host name that the system's resolver still looks up would keep the process for as long as that takes.
  process.stdout.write("", () => setTimeout(() => process.exit(), 500).unref());
});

import * as pulumi from "@pulumi/pulumi";
import { print } from "../../output";
import { printableLines } from "../../printable-text";

/*
 * The engine shows what a dynamic provider writes to stdout line by line: each line as a message of its own, which
 * `--diff` separates by empty lines. A message that is sent to the engine stays one message.
 */

/** Resolves when the engine has taken all messages so far. */
let sent: Promise<unknown> = Promise.resolve();

/** Whether the engine takes messages; undefined until the first one. */
let connected: boolean | undefined;

/**
 * Shows text under the stack, unmasked: only what was made for printing. Where no engine has started this process, as in
 * a test, it goes to stdout.
 */
export function log(text: string): void {
  connected ??= connect(process.argv);
  if (connected) sent = pulumi.log.info(printableLines(text));
  else print(text);
}

/** Waits until the engine has taken all messages: it ends this process after the last call. */
export async function logged(): Promise<void> {
  await sent;
}

/**
 * Tells the SDK where the engine is: it starts `…/@pulumi/pulumi/cmd/dynamic-provider` with its own address, which that
 * program leaves unused.
 */
function connect([, script = "", address = ""]: readonly string[]): boolean {
  if (!script.includes("dynamic-provider") || !/^(?:127\.0\.0\.1|localhost):\d+$/.test(address)) return false;
  const { getProject, getStack, isDryRun, resetOptions } = pulumi.runtime;
  const organization = process.env.PULUMI_NODEJS_ORGANIZATION ?? "";
  // All else stays as it is: other dynamic providers of the program run in this process.
  resetOptions(getProject(), getStack(), -1, address, "", isDryRun(), organization);
  return true;
}

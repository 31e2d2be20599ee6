import { readFile, rm, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { type Emulator, type EmulatorOptions, startEmulator } from "../emulator/emulator";
import { UserError } from "../errors";
import { isLoopback } from "../loopback";
import { print, printError } from "../output";
import { printableJson, printableValue } from "../printable-text";
import { shippedPage } from "../shipped-page";

interface CommandOptions {
  readonly port: number;
  readonly host?: string;
  readonly tokenFile?: string;
  readonly state?: string;
  readonly faults?: string;
  readonly json?: boolean;
}

/** Adds `emulator` to the command line. */
export function addEmulatorCommand(program: Command): void {
  program
    .command("emulator")
    .description("serve a stand-in for Ardent's API on this machine, for trying things out and for tests")
    .option("--port <port>", "port to listen on, 0 for any that is free", readPort, 0)
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--token-file <file>", "also write the token to this file, readable by you alone")
    .option("--state <file>", "keep everything in this file, passwords of sources too, and continue from it")
    .option("--faults <file>", `a JSON array of faults to inject (see ${shippedPage("emulator.md")})`)
    .option("--json", "say where it listens in one line of JSON")
    .action(run);
}

async function run(options: CommandOptions): Promise<void> {
  // Listened for before anybody can know that we are there to be stopped.
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const { port, host, state: stateFile } = options;
  const emulator = await startEmulator({
    port,
    ...(host === undefined ? {} : { host }),
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(options.faults === undefined ? {} : { faults: await readFaults(options.faults) }),
  });
  if (options.tokenFile !== undefined) {
    try {
      await writeTokenFile(options.tokenFile, emulator.token);
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }
  const { url, token, projectId, orgId } = emulator;
  if (host !== undefined && !isLoopback(host)) printError(openToOthers(host));
  print(options.json ? printableJson({ url, token, projectId, orgId }) : greeting(emulator, stateFile));
  await stopped;
  if (stateFile !== undefined) {
    await emulator.close();
    printError(kept(stateFile));
    return;
  }
  const remains = await emulator.cleanUp();
  await emulator.close();
  for (const { source, object, reason, sql } of remains) {
    const what = [source, object, reason].map(printableValue);
    printError(`Still on ${what[0]}: ${what[1]} (${what[2]}). Remove it with:\n${sql}`);
  }
}

async function writeTokenFile(file: string, token: string): Promise<void> {
  try {
    // Again, since the mode is only given to a file that is created.
    await rm(file, { force: true });
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      "The emulator's token cannot be saved",
      [
        {
          what: `cannot be written (${code})`,
          object: file,
          fix: "name a file in a folder you can write to",
        },
      ],
      { cause: error },
    );
  }
}

function greeting({ url, token, projectId }: Emulator, stateFile: string | undefined): string {
  return `This is NOT Ardent. It is a stand-in for Ardent's API on your own machine, for trying things out and for
tests: it does to the databases you connect what Ardent would do, ${stateFile === undefined ? inMemory : inFile(stateFile)}

  API      ${url}
  project  ${projectId}

  export ARDENT_API_URL=${url}
  export ARDENT_TOKEN=${token}
`;
}

const inMemory = `keeps all it knows in memory, and takes
back what it did when it is stopped with Ctrl-C. Run \`pulumi destroy\` before that: the next one has another token and
knows none of these connectors.`;

function inFile(file: string): string {
  return `and keeps all it knows in
${file}, the passwords of these databases too. Stopped with Ctrl-C it leaves the databases as they are;
run \`pulumi destroy\` before you stop it for good, since a slot that nobody reads keeps WAL until the disk is full.`;
}

function kept(file: string): string {
  return `The databases are left as they are, with their slots, which keep WAL until somebody reads them. Continue with
  pulumi-ardent emulator --state ${file}
and run \`pulumi destroy\` before you stop it for good.`;
}

function openToOthers(host: string): string {
  return `Warning: ${host} is not a loopback address. Whoever reaches it and has the token can use the emulator, and the token
and the passwords of your databases go over plain HTTP, to be read on the way. Programs on other machines need
ARDENT_ALLOW_CLEARTEXT=true beside ARDENT_API_URL.`;
}

async function readFaults(file: string): Promise<NonNullable<EmulatorOptions["faults"]>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, `cannot be read (${error.code})`);
  });
  try {
    const rules: unknown = JSON.parse(text);
    if (Array.isArray(rules)) return rules;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unreadable(file, "is not a JSON array");
}

function unreadable(file: string, what: string): UserError {
  return new UserError("The faults cannot be used", [
    {
      what,
      object: file,
      needed: "a JSON array of rules",
      docs: shippedPage("emulator.md"),
    },
  ]);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("a port is 0 to 65535");
  return port;
}

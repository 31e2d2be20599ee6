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
    .description("run a stand-in for Ardent's API on this machine, for trials and tests")
    .option("--port <port>", "port to listen on; 0 picks a free one", readPort, 0)
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--token-file <file>", "also write the token to this file, readable only by you")
    .option(
      "--state <file>",
      "store all state in this file, including source passwords, and load it on start",
    )
    .option("--faults <file>", `a JSON array of faults to inject (see ${shippedPage("emulator.md")})`)
    .option("--json", "print the URL, token and ids as one line of JSON")
    .action(run);
}

async function run(options: CommandOptions): Promise<void> {
  // Installed first, so that a signal is handled as soon as the emulator has announced itself.
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
    printError(`Could not remove from ${what[0]}: ${what[1]} (${what[2]}). Remove it with:\n${sql}`);
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
  return `This is NOT Ardent. It is a stand-in for Ardent's API on your own machine, for trials and tests. It changes
the databases you connect as Ardent would, ${stateFile === undefined ? inMemory : inFile(stateFile)}

  API      ${url}
  project  ${projectId}

  export ARDENT_API_URL=${url}
  export ARDENT_TOKEN=${token}
`;
}

const inMemory = `keeps its state in memory, and undoes those changes
when you stop it with Ctrl-C. Run \`pulumi destroy\` before that: the next start has another token and
none of these connectors.`;

function inFile(file: string): string {
  return `and stores its state in
${file}, including the passwords of these databases. Ctrl-C leaves the databases as they are; run
\`pulumi destroy\` before you stop it for good, since an unread slot retains WAL until the disk is full.`;
}

function kept(file: string): string {
  return `The databases are left as they are. Their slots retain WAL until they are read again. Continue with
  pulumi-ardent emulator --state ${file}
and run \`pulumi destroy\` before you stop it for good.`;
}

function openToOthers(host: string): string {
  return `Warning: ${host} is not a loopback address. Anyone who can reach it and has the token can use the emulator, and the
token and the passwords of your databases are sent over plain HTTP, readable by anyone on the network path. Programs on
other machines need ARDENT_ALLOW_CLEARTEXT=true as well as ARDENT_API_URL.`;
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
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

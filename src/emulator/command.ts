import { rm, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { UserError } from "../errors";
import { type Emulator, startEmulator } from "./emulator";

interface CommandOptions {
  readonly port: number;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** Adds `emulator` to the command line. */
export function addEmulatorCommand(program: Command): void {
  program
    .command("emulator")
    .description(
      "serve a stand-in for Ardent's API on the loopback interface, for trying things out and for tests",
    )
    .option("--port <port>", "port to listen on, 0 for any that is free", readPort, 0)
    .option("--token-file <file>", "also write the token to this file, readable by you alone")
    .option("--json", "say where it listens in one line of JSON")
    .action(run);
}

async function run(options: CommandOptions): Promise<void> {
  // Listened for before anybody can know that we are there to be stopped.
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const emulator = await startEmulator({ port: options.port });
  if (options.tokenFile !== undefined) {
    try {
      await writeTokenFile(options.tokenFile, emulator.token);
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }
  const { url, token, projectId, orgId } = emulator;
  console.log(options.json ? JSON.stringify({ url, token, projectId, orgId }) : greeting(emulator));
  await stopped;
  const remains = await emulator.cleanUp();
  await emulator.close();
  for (const { source, object, reason, sql } of remains) {
    console.error(`Still on ${source}: ${object} (${reason}). Remove it with:\n${sql}`);
  }
}

async function writeTokenFile(file: string, token: string): Promise<void> {
  try {
    // Anew, since the mode is only given to a file that is created.
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

function greeting({ url, token, projectId }: Emulator): string {
  return `This is NOT Ardent. It is a stand-in for Ardent's API on your own machine, for trying things out and for
tests: it does to the databases you connect what Ardent would do, keeps all it knows in memory, and takes
back what it did when it is stopped with Ctrl-C. Run \`pulumi destroy\` before that: the next one has another token and
knows none of these connectors.

  API      ${url}
  project  ${projectId}

  export ARDENT_API_URL=${url}
  export ARDENT_TOKEN=${token}
`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("a port is 0 to 65535");
  return port;
}

import { isIPv4 } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isColorSupported } from "picocolors";
import { UserError } from "../errors";
import type { GatherOptions } from "../preflight/gather-facts";
import { renderJson } from "../preflight/report/json";
import { renderTable } from "../preflight/report/table";
import { runPreflight } from "../preflight/run";
import { readDecisionsFile } from "./decisions-file";
import { EXIT } from "./exit";
import { interruptible, readNames, readSourceUrl, URL_HELP } from "./source-url";

interface CommandOptions {
  readonly schemas?: readonly string[];
  readonly role?: string;
  readonly owners?: readonly string[];
  readonly egressIp?: string;
  readonly replicaIdentityDecisions?: string;
  readonly connected?: boolean;
  readonly slotProbe: boolean;
  readonly output: "table" | "json";
}

const EXAMPLES = `
Examples:
  The role itself looks, its password from PGPASSWORD or ~/.pgpass:
    pulumi-ardent preflight postgres://ardent_replication@db.example.com/shop --egress-ip 203.0.113.7

  An admin looks (who sees more), and the role's own login is tried too:
    export PGPASSWORD=… ARDENT_ROLE_PASSWORD=…
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --role ardent_replication \\
      --schemas public,billing --owners app_writer

Exit code: 0 ready (warnings included), 1 not ready, 2 wrong usage or a crash.`;

/**
 * Adds `preflight` to the command line.
 *
 * @param exit - told the exit code
 */
export function addPreflightCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("preflight")
    .description("check whether a database is ready for Ardent, and print what to mend and the grant script")
    .argument("<url>", URL_HELP)
    .option("--schemas <names>", "schemas to replicate; all but the system's by default", readNames)
    .option("--role <name>", "the role that Ardent logs in as; the URL's user by default")
    .option(
      "--owners <names>",
      "roles whose future tables are replicated, beside those that own some",
      readNames,
    )
    .option("--egress-ip <address>", "the IPv4 address Ardent connects from: judges pg_hba.conf", readIpv4)
    .option("--replica-identity-decisions <file>", 'JSON: {"public.events": "exclude"}')
    .option("--connected", "this database is connected to Ardent already: its slot and triggers are yours")
    .option("--no-slot-probe", "do not create a temporary replication slot")
    .addOption(
      new Option("--output <format>", "how to print the report").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, options: CommandOptions) => {
      const gather = await gatherOptions(url, options);
      const report = await interruptible((signal) => runPreflight({ ...gather, signal }));
      process.stdout.write(
        options.output === "json"
          ? renderJson(report)
          : renderTable(report, { colour: isColorSupported, grantScript: true }),
      );
      exit(report.ok ? EXIT.ok : EXIT.notReady);
    });
}

async function gatherOptions(url: string, options: CommandOptions): Promise<GatherOptions> {
  const { schemas, owners = [], egressIp, replicaIdentityDecisions: file } = options;
  if (owners.length > 0 && schemas === undefined)
    throw new UserError("The owners cannot be placed", [
      { what: "says nothing without --schemas", object: "--owners", fix: "name the schemas too" },
    ]);
  const admin = await readSourceUrl(url);
  const { host, port, database, user, sslMode } = admin;
  const roleName = options.role ?? user;
  const password = roleName === user ? admin.password : process.env.ARDENT_ROLE_PASSWORD;
  return {
    request: {
      source: { host, port, database },
      role: roleName,
      connector: true,
      schemas: schemas?.map((name) => ({ name, owners })),
      tls: sslMode !== "disable",
      decisions: file === undefined ? {} : await readDecisionsFile(file),
      ...(egressIp === undefined ? {} : { egressIp }),
    },
    admin,
    ...(password === undefined ? {} : { role: { ...admin, user: roleName, password } }),
    ...(options.connected ? { service: CONNECTED } : {}),
    probes: { slot: options.slotProbe, login: true },
  };
}

/** All that is known of the connector without asking the service. */
const CONNECTED: GatherOptions["service"] = {
  kind: "read",
  value: { connector: { id: "your connector (--connected)", name: "" } },
};

function readIpv4(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError("Ardent connects from an IPv4 address.");
  return text;
}

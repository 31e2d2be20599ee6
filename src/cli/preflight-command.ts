import { isIPv4 } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isColorSupported } from "picocolors";
import { UserError } from "../errors";
import { printError, writeOutput } from "../output";
import { evaluate } from "../preflight/evaluate";
import { type GatherOptions, gatherFacts } from "../preflight/facts/gather-facts";
import type { PreflightReport } from "../preflight/report";
import { renderFixScript } from "../preflight/report/fix-script";
import { renderJson } from "../preflight/report/json";
import { renderShort, renderTable, type Terminal } from "../preflight/report/table";
import { readDuration } from "./duration";
import { EXIT } from "./exit";
import { type Capture, readFactsFile, writeFactsFile } from "./facts-file";
import { gatherOptions, type SourceOptions } from "./gather-options";
import { interruptible } from "./interruptible";
import { progressOn } from "./progress";
import { ALLOW_CLEARTEXT, readName, readNames, URL_HELP } from "./source-url";
import { untilReady } from "./until-ready";

interface CommandOptions extends SourceOptions {
  readonly wait?: number;
  readonly facts?: string;
  readonly fromFacts?: string;
  readonly fixScript?: boolean;
  readonly output: "table" | "short" | "json";
}

const EXAMPLES = `
Examples:
  The role itself looks, its password from PGPASSWORD or ~/.pgpass:
    pulumi-ardent preflight postgres://ardent_replication@db.example.com/shop --egress-ip 203.0.113.7

  An admin looks (who sees more), and the role's own login is tried too:
    export PGPASSWORD=… ARDENT_ROLE_PASSWORD=…
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --role ardent_replication \\
      --schemas public,billing --owners app_writer

  Every fix, as a file to read and to run:
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --fix-script > fixes.sql

  What was read, for a bug report (no secrets in it), and the same report from it without the source:
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --facts facts.json
    pulumi-ardent preflight --from-facts facts.json

Limits: 60 s for all of it (--timeout), whatever the server does; 10 s to connect, 30 s for each query, 10 s for the
temporary slot. What takes longer is unknown, and the rest is judged. Ctrl-C cancels on the server what is running
there; a second one does not wait for it.

The report ends with what it comes to: what failed, what was not judged and what would have it judged, what to run next.
The grant script comes before that where something that it grants is missing; pulumi-ardent grants prints it at any time.

Exit code: 0 ready (warnings included), 1 not ready, 2 wrong usage or a crash, 130 interrupted.`;

/**
 * Adds `preflight` to the command line.
 *
 * @param exit - told the exit code
 */
export function addPreflightCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("preflight")
    .description(
      "check whether a database is ready for Ardent, and print the fixes, and the grant script where grants are missing",
    )
    .argument("[url]", URL_HELP)
    .option("--schemas <names>", "schemas to replicate; all but the system's by default", readNames)
    .option("--role <name>", "the role that Ardent logs in as; the URL's user by default", readName)
    .option(
      "--owners <names>",
      "roles whose future tables are replicated, beside those that own some",
      readNames,
    )
    .option("--ignore-owners <names>", "roles that will create no more tables, whatever they own", readNames)
    .option("--assume-nosuperuser", "say what would be missing if the role were no superuser")
    .option("--egress-ip <address>", "the IPv4 address Ardent connects from: judges pg_hba.conf", readIpv4)
    .option("--replica-identity-decisions <file>", 'JSON: {"public.events": "exclude"}')
    .option("--connected", "this database is connected to Ardent already: its slot and triggers are yours")
    .option("--no-slot-probe", "do not create a temporary replication slot")
    .option(...ALLOW_CLEARTEXT)
    .option("--wait <time>", "look again until it is ready, for at most 30s, 10m or 2h", readDuration)
    .option("--timeout <time>", "read for at most 30s, 10m or 2h; 60s by default", readDuration)
    .option("--facts <file>", "save what was read, without secrets, for a bug report")
    .addOption(
      new Option("--from-facts <file>", "judge what --facts saved, instead of a database").conflicts([
        "schemas",
        "role",
        "owners",
        "ignoreOwners",
        "assumeNosuperuser",
        "egressIp",
        "replicaIdentityDecisions",
        "connected",
        "slotProbe",
        "allowCleartext",
        "wait",
        "timeout",
        "facts",
      ]),
    )
    .addOption(
      new Option("--fix-script", "print every fix as one file for psql -f, instead of the report").conflicts(
        "output",
      ),
    )
    .addOption(
      new Option(
        "--output <format>",
        "how to print the report; short leaves out what passes and what was skipped",
      )
        .choices(["table", "short", "json"])
        .default("table"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (url: string | undefined, options: CommandOptions) => {
      const { report, ...look } = await judged(url, options);
      writeOutput(render(report, options));
      if (options.facts !== undefined) writeFactsFile(options.facts, look);
      exit(report.ok ? EXIT.ok : EXIT.notReady);
    });
}

/** A look and what the checks say of it. */
interface Judged extends Capture {
  readonly report: PreflightReport;
}

async function judged(url: string | undefined, options: CommandOptions): Promise<Judged> {
  if ((url === undefined) === (options.fromFacts === undefined))
    throw new UserError(
      url === undefined ? "There is no source to look at" : "There are two sources to look at",
      [
        {
          what: "give either a URL or --from-facts",
          fix: "pulumi-ardent preflight postgres://user@host:5432/database",
        },
      ],
    );
  if (url !== undefined) return lookAt(await gatherOptions(url, options), options.wait);
  const look = await readFactsFile(options.fromFacts as string);
  return { ...look, report: evaluate(look.request, look.facts) };
}

function lookAt(gather: GatherOptions, waitMs: number | undefined): Promise<Judged> {
  const { request } = gather;
  const progress = progressOn(process.stderr);
  return interruptible(async (signal) => {
    const look = async () => {
      try {
        const facts = await gatherFacts({ ...gather, signal, onProgress: progress.show });
        return { request, facts, report: evaluate(request, facts) };
      } finally {
        progress.clear();
      }
    };
    if (waitMs === undefined) return look();
    return untilReady(look, { limitMs: waitMs, signal, say: printError });
  });
}

/** Where the output is no terminal, or one that does not say how wide it is, prose wraps at 80 characters. */
function terminal(): Terminal {
  return { color: isColorSupported, width: process.stdout.columns || 80 };
}

function render(report: PreflightReport, { output, fixScript }: CommandOptions): string {
  if (fixScript) return renderFixScript(report);
  switch (output) {
    case "table":
      return renderTable(report, terminal());
    case "short":
      return renderShort(report, terminal());
    case "json":
      return renderJson(report);
  }
}

function readIpv4(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError("Ardent connects from an IPv4 address.");
  return text;
}

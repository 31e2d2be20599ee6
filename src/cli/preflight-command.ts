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
import { renderJunit } from "../preflight/report/junit";
import { renderMarkdown } from "../preflight/report/markdown";
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
  readonly output: "table" | "short" | "json" | "junit" | "markdown";
}

const EXAMPLES = `
Examples:
  Log in as Ardent's role, with its password from PGPASSWORD or ~/.pgpass:
    pulumi-ardent preflight postgres://ardent_replication@db.example.com/shop --egress-ip 203.0.113.7

  Log in as an admin, who can read more; ARDENT_ROLE_PASSWORD also tests the role's login:
    export PGPASSWORD=… ARDENT_ROLE_PASSWORD=…
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --role ardent_replication \\
      --schemas public,billing --owners app_writer

  Save all fixes as a script to review and run:
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --fix-script > fixes.sql

  Save what was read, without secrets, for a bug report, and print the same report from that file:
    pulumi-ardent preflight postgres://postgres@db.example.com/shop --facts facts.json
    pulumi-ardent preflight --from-facts facts.json

Limits: 60 s for the whole run (--timeout); 10 s to connect, 30 s for each query, 10 s for the temporary slot. Checks
whose facts take longer are unknown; the others still run. Ctrl-C cancels the running queries on the server; press it
again to stop without waiting for that.

The report ends with a summary: what failed, what was not judged and how to change that, and what to run next. If grants
are missing, the grant script comes before the summary; pulumi-ardent grants prints it at any time.

Exit code: 0 ready (warnings included), 1 not ready, 2 wrong usage or a crash, 130 interrupted.`;

/**
 * Adds `preflight` to the command line.
 *
 * @param exit - called with the exit code
 */
export function addPreflightCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("preflight")
    .description(
      "check whether a database is ready for Ardent; print fixes, and a grant script if grants are missing",
    )
    .argument("[url]", URL_HELP)
    .option("--schemas <names>", "schemas to replicate; by default all except system schemas", readNames)
    .option("--role <name>", "the role that Ardent logs in as; the URL's user by default", readName)
    .option(
      "--owners <names>",
      "roles that will create tables to replicate, in addition to the current owners",
      readNames,
    )
    .option("--ignore-owners <names>", "roles that will not create tables, even if they own some", readNames)
    .option("--assume-nosuperuser", "report what would be missing if the role were not a superuser")
    .option(
      "--egress-ip <address>",
      "the IPv4 address Ardent connects from; needed to check pg_hba.conf",
      readIpv4,
    )
    .option(
      "--replica-identity-decisions <file>",
      'JSON file with decisions for tables without a replica identity: {"public.events": "exclude"}',
    )
    .option("--connected", "this database is already connected to Ardent: accept its slot and triggers")
    .option("--no-slot-probe", "do not create a temporary replication slot")
    .option(...ALLOW_CLEARTEXT)
    .option(
      "--wait <time>",
      "retry until ready, for at most this long (for example 30s, 10m, 2h)",
      readDuration,
    )
    .option(
      "--timeout <time>",
      "time limit for reading (for example 30s, 10m, 2h); 60s by default",
      readDuration,
    )
    .option("--facts <file>", "save what was read, without secrets, to this file, for a bug report")
    .addOption(
      new Option("--from-facts <file>", "check a file saved by --facts instead of a database").conflicts([
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
      new Option("--fix-script", "print all fixes as one script for psql -f instead of the report").conflicts(
        "output",
      ),
    )
    .addOption(
      new Option(
        "--output <format>",
        "report format; short omits passed and skipped checks, junit and markdown are for CI services",
      )
        .choices(["table", "short", "json", "junit", "markdown"])
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

/** The facts of a run and its report. */
interface Judged extends Capture {
  readonly report: PreflightReport;
}

async function judged(url: string | undefined, options: CommandOptions): Promise<Judged> {
  if ((url === undefined) === (options.fromFacts === undefined))
    throw new UserError(url === undefined ? "No source was given" : "Two sources were given", [
      {
        what: "give a URL or --from-facts, not both",
        fix: "pulumi-ardent preflight postgres://user@host:5432/database",
      },
    ]);
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

/** If the output is not a terminal, or a terminal of unknown width, prose wraps at 80 characters. */
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
    case "junit":
      return renderJunit(report);
    case "markdown":
      return renderMarkdown(report);
  }
}

function readIpv4(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError("Ardent connects from an IPv4 address.");
  return text;
}

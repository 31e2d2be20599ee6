import type { Command } from "commander";
import { readAccessState } from "../access/read-state";
import { grantScript, revokeScript } from "../access/sql";
import type { AccessState } from "../access/state";
import { UserError } from "../errors";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { withReadingSession } from "../postgres/reading-session";
import { accessPlanFor } from "../preflight/plan-for";
import { ALLOW_CLEARTEXT, interruptible, readNames, readSourceUrl, URL_HELP } from "./source-url";

interface CommandOptions {
  readonly schemas: readonly string[];
  readonly role: string;
  readonly revoke?: boolean;
  readonly allowCleartext?: boolean;
}

const EXAMPLES = `
Examples:
  pulumi-ardent grants postgres://postgres@db.example.com/shop --schemas public,billing --role ardent_replication
  pulumi-ardent grants postgres://postgres@db.example.com/shop --schemas public --role ardent_replication --revoke

Nothing is changed: the database is read for the owners of its tables, and the script is printed.`;

/** Adds `grants` to the command line. */
export function addGrantsCommand(program: Command): void {
  program
    .command("grants")
    .description("print the SQL that lets a role read schemas, their future tables included")
    .argument("<url>", URL_HELP)
    .requiredOption("--schemas <names>", "schemas to read", readNames)
    .requiredOption("--role <name>", "the role that Ardent logs in as; it need not exist yet")
    .option("--revoke", "print the SQL that takes exactly these grants back")
    .option(...ALLOW_CLEARTEXT)
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, options: CommandOptions) => {
      const settings = await readSourceUrl(url, options);
      const plan = await interruptible((signal) => readPlan(settings, options, signal));
      process.stdout.write(options.revoke ? revokeScript(plan) : grantScript(plan));
    });
}

async function readPlan(
  settings: ConnectionSettings,
  { role, schemas: names }: CommandOptions,
  signal: AbortSignal,
) {
  const { host, port, database, sslMode } = settings;
  const schemas = names.map((name) => ({ name, owners: [] }));
  const access = await readAccess(settings, role, schemas, signal);
  const missing = access.schemas.filter(({ exists }) => !exists);
  if (missing.length > 0)
    throw new UserError(
      "The grants cannot be written",
      missing.map(({ name }) => ({ what: `database "${database}" has no such schema`, object: name })),
    );
  return accessPlanFor(
    {
      source: { host, port, database },
      role,
      connector: true,
      schemas,
      tls: sslMode !== "disable",
      decisions: {},
    },
    access,
  );
}

async function readAccess(
  settings: ConnectionSettings,
  role: string,
  schemas: readonly { readonly name: string; readonly owners: readonly string[] }[],
  signal: AbortSignal,
): Promise<AccessState> {
  return await withReadingSession(settings, { applicationName: "pulumi-ardent grants", signal }, (session) =>
    readAccessState(session, role, schemas),
  );
}

import type { Command } from "commander";
import type { AccessPlan } from "../access/plan";
import { type DirectGrants, readDirectGrants } from "../access/read-direct-grants";
import { readAccessState } from "../access/read-state";
import { revokeScript } from "../access/revoke-script";
import { grantScript } from "../access/sql";
import type { AccessState } from "../access/state";
import { type Problem, UserError } from "../errors";
import { writeOutput } from "../output";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { psqlScript } from "../postgres/psql-script";
import { withReadingSession } from "../postgres/reading-session";
import { planWithOwners } from "../preflight/plan-with-owners";
import { type PreflightRequest, requestedSchemas } from "../preflight/request";
import { gatherOptions } from "./gather-options";
import { interruptible } from "./interruptible";
import { ALLOW_CLEARTEXT, readName, readNames, URL_HELP } from "./source-url";

interface CommandOptions {
  readonly schemas: readonly string[];
  readonly role: string;
  readonly owners?: readonly string[];
  readonly revoke?: boolean;
  readonly allowCleartext?: boolean;
}

const EXAMPLES = `
Examples:
  pulumi-ardent grants postgres://postgres@db.example.com/shop --schemas public,billing --role ardent_replication \\
    --owners app_writer
  pulumi-ardent grants postgres://postgres@db.example.com/shop --schemas public --role ardent_replication --revoke

Print both scripts before you run either: --revoke then revokes exactly what the grants add, and the role keeps what it
already had. Printed after the grants were made, it revokes all of them, because the server does not know what the role
had before. It never revokes grant options, SELECT on single columns, what the role owns, or what others granted. Run both
scripts as the same role: REVOKE removes only privileges that the same grantor granted.

This command changes nothing: it reads the owners of the tables and prints the script.`;

const UNDO_HINT = `-- To undo exactly this later, print the script with --revoke before you run this one: afterwards the server no longer
-- knows what the role had before, and --revoke revokes all of it.
`;

/** Adds `grants` to the command line. */
export function addGrantsCommand(program: Command): void {
  program
    .command("grants")
    .description("print the SQL that lets a role read schemas, including future tables")
    .argument("<url>", URL_HELP)
    .requiredOption("--schemas <names>", "schemas to read", readNames)
    .requiredOption(
      "--role <name>",
      "the role that Ardent logs in as; it does not have to exist yet",
      readName,
    )
    .option(
      "--owners <names>",
      "roles that will create tables to read, in addition to the current owners",
      readNames,
    )
    .option("--revoke", "print the SQL that revokes what the grants would add in the current state")
    .option(...ALLOW_CLEARTEXT)
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, options: CommandOptions) => {
      const { admin, request } = await gatherOptions(url, { ...options, slotProbe: false });
      const { plan, direct } = await interruptible((signal) => readPlan(admin, request, signal));
      writeOutput(psqlScript(options.revoke ? revokeScript(plan, direct) : UNDO_HINT + grantScript(plan)));
    });
}

async function readPlan(
  admin: ConnectionSettings,
  request: PreflightRequest,
  signal: AbortSignal,
): Promise<{ readonly plan: AccessPlan; readonly direct: DirectGrants }> {
  const role = request.plan.role.name;
  const schemas = requestedSchemas(request) ?? [];
  const { access, direct } = await withReadingSession(
    admin,
    { applicationName: "pulumi-ardent grants", signal },
    async (session) => ({
      access: await readAccessState(session, role, schemas),
      direct: await readDirectGrants(
        session,
        role,
        schemas.map(({ name }) => name),
      ),
    }),
  );
  const problems = missingFrom(access, request.source.database);
  if (problems.length > 0) throw new UserError("The grants cannot be written", problems);
  return { plan: planWithOwners(request, access), direct };
}

/** A script with a name that does not exist would stop halfway. */
function missingFrom({ schemas }: AccessState, database: string): Problem[] {
  const owners = schemas.flatMap((schema) => schema.owners.filter(({ exists }) => !exists));
  return [
    ...schemas
      .filter(({ exists }) => !exists)
      .map(({ name }) => ({ what: `database "${database}" has no such schema`, object: name })),
    ...[...new Set(owners.map(({ name }) => name))].map((object) => ({
      what: "the server has no such role",
      object,
      fix: "correct the owner's name, or create that role first",
    })),
  ];
}

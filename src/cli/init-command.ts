import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../errors";
import { type Wanted, writeProgram } from "../init/program";
import { type ProjectFile, projectFiles, projectName } from "../init/project-files";
import { schemasWithOwners } from "../init/schema-owners";
import { readSourceFacts, type SourceFacts } from "../init/source-facts";
import { writeOutput } from "../output";
import { withReadingSession } from "../postgres/reading-session";
import { countWithoutIdentity } from "../preflight/facts/tables";
import { counted } from "../preflight/judge/counted";
import { printableLines, printableValue } from "../printable-text";
import { interruptible } from "./interruptible";
import { packageVersion } from "./package-version";
import { ALLOW_CLEARTEXT, readName, readSourceUrl, URL_HELP } from "./source-url";

interface CommandOptions {
  readonly role: string;
  readonly directory?: string;
  readonly allowCleartext?: boolean;
}

const EXAMPLES = `
Examples:
  pulumi-ardent init postgres://postgres@db.example.com/shop
  pulumi-ardent init postgres://postgres@db.example.com/shop --role ardent --directory infra/shop

Log in as the user that will deploy the program. The program has the schemas with tables, the roles that create tables in
them, the role, and a decision for each table that needs one; what only you know is a TODO. No password is written. This
command only reads the database, and never overwrites a file.`;

/** Adds `init` to the command line. */
export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("write a Pulumi program that connects a database as it is now")
    .argument("<url>", URL_HELP)
    .option("--role <name>", "the role that Ardent will log in as", readName, "ardent_replication")
    .option(
      "--directory <folder>",
      "where to write; by default a new folder named for the database",
      readName,
    )
    .option(...ALLOW_CLEARTEXT)
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, { role, directory, allowCleartext }: CommandOptions) => {
      const settings = await readSourceUrl(url, { allowCleartext });
      const name = projectName(settings.database);
      const folder = directory ?? name;
      const wanted = { settings, role };
      // Before the database is read: what cannot be written is known now.
      refuseExisting(folder, projectFiles(name, "", packageVersion()));
      const facts = await interruptible((signal) =>
        withReadingSession(settings, { applicationName: "pulumi-ardent init", signal }, (session) =>
          readSourceFacts(session, role),
        ),
      );
      const files = projectFiles(name, writeProgram(facts, wanted), packageVersion());
      writeFiles(folder, files);
      writeOutput(summary(folder, files, facts, wanted));
    });
}

function refuseExisting(folder: string, files: readonly ProjectFile[]): void {
  const existing = files.map(({ path }) => join(folder, path)).filter((path) => existsSync(path));
  if (existing.length === 0) return;
  throw new UserError(
    "The project cannot be written",
    existing.map((object) => ({
      what: "exists already",
      object,
      fix: "delete it, or name another folder with --directory",
    })),
  );
}

function writeFiles(folder: string, files: readonly ProjectFile[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, content } of files) writeFileSync(join(folder, path), content, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      "The project cannot be written",
      [{ what: `cannot be written (${code})`, object: folder, fix: "name a folder that you can write to" }],
      { cause: error },
    );
  }
}

/** What was found, what is left to decide, and the commands that follow. */
function summary(
  folder: string,
  files: readonly ProjectFile[],
  facts: SourceFacts,
  { settings, role }: Wanted,
): string {
  const schemas = schemasWithOwners(facts);
  const owners = new Set(schemas.flatMap((schema) => schema.owners));
  const undecided = countWithoutIdentity(facts.tables);
  const found = [
    counted(schemas.length, "schema"),
    counted(owners.size, "owner"),
    counted(facts.tables.judged, "table"),
  ].join(", ");
  const name = printableValue(role);
  const known = facts.role === undefined ? `no role ${name}: the program creates it` : `role ${name} exists`;
  const lines = [
    `Found in ${printableValue(settings.database)}: ${found}; ${known}`,
    `Wrote to ${folder}: ${files.map(({ path }) => path).join(", ")}`,
    ...(undecided === 0
      ? []
      : [
          `To decide: ${counted(undecided, "table")} without a usable replica identity, excluded for now (replicaIdentity in index.ts)`,
        ]),
    "",
    "Next:",
    `  cd ${folder} && npm install`,
    "  pulumi stack init dev",
    `  pulumi config set --secret adminPassword      # of ${printableValue(settings.user)}`,
    `  pulumi config set --secret ardentPassword     # of ${name}`,
    "  pulumi config set --secret ardent:token       # an API key from Ardent's dashboard",
    "  pulumi config set projectId <id>              # of the project in Ardent",
    "  pulumi config set egressIp <address>          # where Ardent connects from",
    "  pulumi preview",
    "",
  ];
  return printableLines(lines.join("\n"));
}

import { type Command, Option } from "commander";
import { listTableOwners } from "../access/list-table-owners";
import type { TableOwner } from "../access/read-table-owners";
import { writeOutput } from "../output";
import { printable } from "../printable";
import { printableJson, printableLines } from "../printable-text";
import { interruptible } from "./interruptible";
import { ALLOW_CLEARTEXT, readNames, readSourceUrl, URL_HELP } from "./source-url";

interface CommandOptions {
  readonly schemas?: readonly string[];
  readonly output: "table" | "json";
  readonly allowCleartext?: boolean;
}

const EXAMPLES = `
Examples:
  pulumi-ardent owners postgres://postgres@db.example.com/shop
  pulumi-ardent owners postgres://postgres@db.example.com/shop --schemas public,billing --output json

Add every role that creates tables to the owners, so that Ardent can read its future tables: default privileges are set
for each creating role. This command only reads the database.`;

/** Adds `owners` to the command line. */
export function addOwnersCommand(program: Command): void {
  program
    .command("owners")
    .description("list which roles own tables and sequences, or can create them, with counts")
    .argument("<url>", URL_HELP)
    .option("--schemas <names>", "schemas to list; by default all except system schemas", readNames)
    .addOption(new Option("--output <format>", "list format").choices(["table", "json"]).default("table"))
    .option(...ALLOW_CLEARTEXT)
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, { schemas, output, allowCleartext }: CommandOptions) => {
      const settings = await readSourceUrl(url, { allowCleartext });
      const owners = await interruptible((signal) =>
        listTableOwners(settings, { signal, ...(schemas === undefined ? {} : { schemas }) }),
      );
      writeOutput(output === "json" ? renderTableOwnersJson(owners) : renderTableOwners(owners));
    });
}

const HEAD = ["schema", "owner", "tables", "sequences", "tables elsewhere", "may create"];

/** Writes the owners as JSON. */
export function renderTableOwnersJson(owners: readonly TableOwner[]): string {
  return `${printableJson(owners, 2)}\n`;
}

/** Writes the owners as a table, followed by the argument with these owners. */
export function renderTableOwners(owners: readonly TableOwner[]): string {
  if (owners.length === 0)
    return "no role owns a table or sequence here, and no role was granted CREATE by name\n";
  const rows = [HEAD, ...owners.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        NUMBERS.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const text = [
    ...lines,
    "",
    "As an argument, with roles that own tables here, or that can create tables here and own tables elsewhere:",
    argumentOf(owners),
    "",
  ];
  return printableLines(text.join("\n"));
}

const NUMBERS = new Set([2, 3, 4]);

function rowOf({
  schema,
  owner,
  tables,
  sequences,
  tablesElsewhere,
  creates,
  superuser,
}: TableOwner): string[] {
  const may = superuser ? "superuser" : creates ? "yes" : "no";
  return [
    printable(schema),
    printable(owner),
    String(tables),
    String(sequences),
    String(tablesElsewhere),
    may,
  ];
}

/** As in a program: keys and names are always quoted. */
function argumentOf(owners: readonly TableOwner[]): string {
  const schemas = [...new Set(owners.map(({ schema }) => schema))].map((schema) => {
    const names = owners
      .filter((one) => one.schema === schema && (one.tables > 0 || (one.creates && one.tablesElsewhere > 0)))
      .map(({ owner }) => printableJson(owner));
    return `  ${printableJson(schema)}: { owners: [${names.join(", ")}] },`;
  });
  return ["schemas: {", ...schemas, "}"].join("\n");
}

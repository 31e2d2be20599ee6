import { type Command, InvalidArgumentError, Option } from "commander";
import { maskSecrets } from "../ardent/secrets";
import { UserError } from "../errors";
import { writeOutput } from "../output";
import { printableScript } from "../printable-text";
import type { Preview } from "../review/read/preview";
import { readPreview } from "../review/read/read-preview";
import { renderGithub } from "../review/render/github";
import { renderJson } from "../review/render/json";
import { FORGES, type Forge } from "../review/render/limits";
import { renderMarkdown } from "../review/render/markdown";
import { renderSarif } from "../review/render/sarif";
import { renderShort } from "../review/render/short";
import { isAtLeast, type Review, review } from "../review/review";
import { RULES } from "../review/rules/catalog";
import type { Severity } from "../review/rules/rule";
import { EXIT } from "./exit";
import { packageVersion, pageUrl } from "./package-version";
import { readTextFileOrStdin } from "./read-text";

const OUTPUTS = ["markdown", "short", "json", "sql", "sql-backward", "github", "sarif"] as const;

interface CommandOptions {
  readonly name?: readonly NamedFile[];
  readonly exitCode?: number;
  readonly output: (typeof OUTPUTS)[number];
  readonly for: Forge;
  readonly projectFolder?: string;
  readonly ignore?: ReadonlyMap<string, string>;
  readonly failOn?: Exclude<Severity, "low">;
}

interface NamedFile {
  readonly name?: string;
  readonly file: string;
}

const PAGE_URL = (rule: string) => pageUrl(`review/${rule}.md`);

const EXAMPLES = `
Examples:
  pulumi preview --json > preview.json; code=$?
  pulumi-ardent review preview.json --exit-code $code > review.md

  Several environments in one text:
    pulumi-ardent review --name staging=staging.json --name prod=prod.json

  Accept what a rule finds, and say why:
    pulumi-ardent review preview.json --ignore "superuser-gained=event triggers need it"

  The findings on the lines of the program, in GitHub's view of the changes:
    pulumi-ardent review preview.json --output github --project-folder infra

  The SQL of the deployment, as a script for psql -f:
    pulumi-ardent review preview.json --output sql

It also reads the JSON lines of pulumi preview --event-log FILE, the output of a preview that failed, and an empty file of
one that printed nothing. Exit code: 0; with --fail-on 1 for a finding of that severity or a failed preview; 2 for what it
cannot read. It connects to nothing.`;

/** Adds `review` to the command line. */
export function addReviewCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("review")
    .description("say what a pulumi preview changes about access: who gains or loses what, by which SQL")
    .argument("[files...]", "outputs of pulumi preview --json, one for each environment; - for stdin")
    .option("--name <name=file>", "a file with the name of its environment; repeat it for more", addFile)
    .option("--exit-code <code>", "the exit code of pulumi preview", readExitCode)
    .addOption(new Option("--output <format>", "what to print").choices(OUTPUTS).default("markdown"))
    .addOption(
      new Option("--for <forge>", "where the Markdown is shown: it stays below the longest comment there")
        .choices(Object.keys(FORGES))
        .default("github"),
    )
    .option(
      "--project-folder <folder>",
      "with github or sarif: the folder of the Pulumi project in the repository",
    )
    .option("--ignore <rule=reason>", "accept what a rule finds; the review shows the reason", addIgnored)
    .addOption(
      new Option("--fail-on <severity>", "exit 1 if a finding is at least this severe").choices([
        "medium",
        "high",
      ]),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (files: readonly string[], options: CommandOptions) => {
      const reviews = await reviewsOf(files, options);
      writeOutput(render(reviews, options));
      const { failOn } = options;
      if (failOn === undefined) return;
      const fails = reviews.some(({ outcome, risk }) => outcome === "failed" || isAtLeast(risk, failOn));
      exit(fails ? EXIT.risk : EXIT.ok);
    });
}

const SUMMARY = "The preview cannot be reviewed";
const FIX = "name a file with the output of pulumi preview --json";

async function reviewsOf(files: readonly string[], options: CommandOptions): Promise<Review[]> {
  const named: readonly NamedFile[] = [...files.map((file) => ({ file })), ...(options.name ?? [])];
  const { exitCode, ignore = new Map() } = options;
  if (named.length === 0 && exitCode === undefined)
    throw new UserError(SUMMARY, [{ what: "no file was given", fix: FIX }]);
  if (named.length > 1 && exitCode !== undefined)
    throw new UserError(SUMMARY, [
      { object: "--exit-code", what: "is that of one preview", fix: "name one file" },
    ]);
  if (named.length > 1 && options.output.startsWith("sql"))
    throw new UserError(SUMMARY, [{ object: "--output", what: "prints one script", fix: "name one file" }]);
  const inputs =
    named.length === 0 ? [{ preview: parsePreview("", "") }] : await Promise.all(named.map(readInput));
  return inputs.map((input) => review({ ...input, ...(exitCode === undefined ? {} : { exitCode }) }, ignore));
}

async function readInput({ name, file }: NamedFile) {
  const error = { summary: SUMMARY, fix: FIX };
  const text = await readTextFileOrStdin(file, error);
  return { ...(name === undefined ? {} : { name }), preview: parsePreview(text, file) };
}

/** Messages are written by programs and servers, and can have a URL with a password in them. */
function parsePreview(text: string, file: string): Preview {
  const preview = readPreview(text);
  if (preview === undefined)
    throw new UserError(SUMMARY, [
      {
        object: file === "-" ? "stdin" : file,
        what: "is neither the output of pulumi preview --json nor an event log",
        fix: FIX,
      },
    ]);
  const masked = <T extends { readonly message: string }>(one: T): T => ({
    ...one,
    message: maskSecrets(one.message, []),
  });
  return {
    ...preview,
    diagnostics: preview.diagnostics.map(masked),
    violations: preview.violations.map(masked),
  };
}

function render(reviews: readonly Review[], options: CommandOptions): string {
  const [first] = reviews;
  const { projectFolder: folder = "" } = options;
  switch (options.output) {
    case "markdown": {
      const markdown = renderMarkdown(reviews, { limit: FORGES[options.for], pageUrl: PAGE_URL });
      return printableScript(markdown);
    }
    case "short":
      return renderShort(reviews);
    case "json":
      return renderJson(reviews);
    case "sql":
      return printableScript(first?.sql.forward ?? "");
    case "sql-backward":
      return printableScript(first?.sql.backward ?? "");
    case "github":
      return renderGithub(reviews, folder);
    case "sarif":
      return renderSarif(reviews, {
        folder,
        version: packageVersion(),
        pageUrl: PAGE_URL,
      });
  }
}

function addFile(text: string, files: readonly NamedFile[] = []): NamedFile[] {
  const [name, file] = splitAt(text, "Write it as name=file, such as prod=prod.json.");
  return [...files, { name, file }];
}

function addIgnored(
  text: string,
  ignored: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [rule, reason] = splitAt(
    text,
    "Write it as rule=reason: the review shows why the finding is accepted.",
  );
  if (!RULES.some(({ id }) => id === rule))
    throw new InvalidArgumentError(
      `There is no such rule. The rules: ${RULES.map(({ id }) => id).join(", ")}.`,
    );
  return new Map([...ignored, [rule, reason]]);
}

/** The two sides of the first `=`, neither of them empty. */
function splitAt(text: string, problem: string): readonly [string, string] {
  const [, before = "", after = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (before.trim() === "" || after.trim() === "") throw new InvalidArgumentError(problem);
  return [before.trim(), after.trim()];
}

function readExitCode(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("An exit code is a number from 0 to 255.");
  return Number(text);
}

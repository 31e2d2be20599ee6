import { code, codeBlock, codeInCell, details } from "../../markdown-text";
import type { Review } from "../review";
import { SEVERITIES } from "../rules/rule";
import { changeSection } from "./change-section";
import { errorLines, errorSection } from "./error-section";
import { findingSection, findingTitles, type PageUrl } from "./finding-section";
import { type Block, fitting } from "./limits";
import { group } from "./privilege-rows";
import { readableMessage } from "./readable-message";
import { readinessSection } from "./readiness-section";
import { capital, riskOf, verdictOf } from "./verdict";

/**
 * Writes one comment for all previews: the verdict, a row for each environment if there are several, and their sections.
 * Environments whose sections are the same share them.
 *
 * @param options.limit - the longest text, in characters
 * @param options.pageUrl - the page of a rule
 */
export function renderMarkdown(
  reviews: readonly Review[],
  { limit, pageUrl }: { readonly limit: number; readonly pageUrl: PageUrl },
): string {
  const [only] = reviews;
  if (only !== undefined && reviews.length === 1)
    return fitting(
      `### ${code(only.name)}: ${verdictOf(only)}`,
      blocksOf(only, pageUrl, only.outcome === "failed" || isLong(only.sql.forward)),
      limit,
    );
  const sections = reviews
    .map((review) => ({ name: review.name, blocks: blocksOf(review, pageUrl, true) }))
    .filter(({ blocks }) => blocks.length > 0);
  const blocks = group(sections, (section) => section.blocks).flatMap(sharedBlocks);
  return fitting([overallVerdict(reviews), environmentTable(reviews)].join("\n\n"), blocks, limit);
}

/** The sections of environments that have the same, below one title. */
function sharedBlocks(
  same: readonly { readonly name: string; readonly blocks: readonly Block[] }[],
): Block[] {
  const title = same.map(({ name }) => code(name)).join(", ");
  const [first] = same;
  const blocks = first?.blocks ?? [];
  return [
    { title: `the title of ${title}`, importance: Infinity, versions: [`### ${title}`] },
    ...blocks.map((block) => ({ ...block, title: `${block.title} of ${title}` })),
  ];
}

function overallVerdict(reviews: readonly Review[]): string {
  const failed = reviews.filter(({ outcome }) => outcome === "failed");
  const risk =
    SEVERITIES.findLast((severity) => reviews.some((review) => review.risk === severity)) ?? "none";
  const changing = reviews.filter(({ outcome }) => outcome === "changes");
  const parts = [
    ...(failed.length > 0 ? [`the preview of ${listed(failed)} failed`] : []),
    ...(changing.length > 0 || risk !== "none"
      ? [
          risk === "none"
            ? riskOf({ risk })
            : `${riskOf({ risk })} in ${listed(reviews.filter((one) => one.risk === risk))}`,
        ]
      : []),
  ];
  const verdict = parts.length === 0 ? "no changes" : parts.join("; ");
  return `### ${reviews.length} environments: ${verdict}`;
}

function listed(reviews: readonly Review[]): string {
  return reviews.map(({ name }) => code(name)).join(", ");
}

function environmentTable(reviews: readonly Review[]): string {
  const rows = reviews.map((review) => `| ${codeInCell(review.name)} | ${capital(verdictOf(review))} |`);
  return ["| environment | verdict |", "|-|-|", ...rows].join("\n");
}

/** A script of more lines is hidden until a reader opens it. */
const MOST_OPEN_LINES = 40;

function isLong(script: string): boolean {
  return script.split("\n").length > MOST_OPEN_LINES;
}

/** @param foldsSql - whether the SQL is hidden until a reader opens it */
function blocksOf(review: Review, pageUrl: PageUrl, foldsSql: boolean): Block[] {
  const { forward, backward } = review.sql;
  const blocks: (Block | undefined)[] = [
    block("the errors", 7, "Errors", errorSection(review), errorLines(review)),
    block("the findings", 6, "Findings", findingSection(review, pageUrl), findingTitles(review, pageUrl)),
    block("the changes", 5, "Changes", changeSection(review)),
    block("the readiness", 4, "Readiness", readinessSection(review)),
    block("the messages", 2, "", messages(review)),
    block("the SQL", 3, foldsSql ? "" : FORWARD_TITLE, forwardSql(forward, foldsSql)),
    block(
      "the SQL that undoes it",
      1,
      "",
      backward && details("SQL that undoes it", codeBlock(backward, "sql")),
    ),
  ];
  return blocks.filter((one) => one !== undefined);
}

/** A block with its heading; undefined if there is nothing to say. */
function block(
  title: string,
  importance: number,
  heading: string,
  full: string,
  short = "",
): Block | undefined {
  if (full === "") return undefined;
  const versions = short === "" || short.length >= full.length ? [full] : [full, short];
  return {
    title,
    importance,
    versions: versions.map((text) => (heading === "" ? text : `#### ${heading}\n\n${text}`)),
  };
}

const FORWARD_TITLE = "SQL of this deployment";

function forwardSql(forward: string, folds: boolean): string {
  if (forward === "") return "";
  const text = codeBlock(forward, "sql");
  return folds ? details(FORWARD_TITLE, text) : text;
}

function messages({ messages: found }: Review): string {
  if (found.length === 0) return "";
  const text = codeBlock(found.map(readableMessage).join("\n\n"));
  return details("What preflight and the program print", text);
}

import { code } from "../../markdown-text";
import type { SourcePosition } from "../read/preview";
import type { Finding, Review, Subject } from "../review";
import { markdownPhrase } from "./markdown-phrase";

/** Where the page of a rule is: a URL to link, or undefined if only the package has it. */
export type PageUrl = (rule: string) => string | undefined;

/** How many subjects of one finding are written. */
const MOST_SUBJECTS = 10;

/** What the rules found, the highest risk first; what is accepted last, with its reason. */
export function findingSection({ findings }: Review, pageUrl: PageUrl): string {
  return findings.map((finding) => findingText(finding, pageUrl)).join("\n");
}

/** The same without what each finding is about. */
export function findingTitles({ findings }: Review, pageUrl: PageUrl): string {
  return findings.map((finding) => title(finding, pageUrl)).join("\n");
}

function title(finding: Finding, pageUrl: PageUrl): string {
  return `${sentence(finding)} (${ruleText(finding, pageUrl)})`;
}

function sentence({ severity, title, accepted }: Finding): string {
  return `- ${accepted === undefined ? `**${severity}**` : "accepted"} ${title}`;
}

function ruleText({ rule }: Finding, pageUrl: PageUrl): string {
  const url = pageUrl(rule);
  return url === undefined ? code(rule) : `[${code(rule)}](${url})`;
}

function findingText(finding: Finding, pageUrl: PageUrl): string {
  const { subjects, accepted } = finding;
  return [
    ...(subjects.length === 1
      ? subjects.map((only) => ofOne(finding, only, pageUrl))
      : [title(finding, pageUrl), ...subjectItems(subjects)]),
    ...(accepted === undefined ? [] : [`  - accepted because: ${code(accepted)}`]),
  ].join("\n");
}

function ofOne(finding: Finding, { text, position }: Subject, pageUrl: PageUrl): string {
  const places = [ruleText(finding, pageUrl), ...(position === undefined ? [] : [placeText(position)])];
  return `${sentence(finding)}: ${markdownPhrase(text)} (${places.join(", ")})`;
}

function subjectItems(subjects: readonly Subject[]): string[] {
  const more = subjects.length - MOST_SUBJECTS;
  const items = subjects.slice(0, MOST_SUBJECTS).map(({ text, position }) => {
    const where = position === undefined ? "" : ` (${placeText(position)})`;
    return `  - ${markdownPhrase(text)}${where}`;
  });
  return [...items, ...(more > 0 ? [`  - and ${more} more`] : [])];
}

function placeText({ file, line }: SourcePosition): string {
  return code(`${file}:${line}`);
}

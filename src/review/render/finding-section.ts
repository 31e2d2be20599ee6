import { code } from "../../markdown-text";
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

function title({ rule, severity, title, accepted }: Finding, pageUrl: PageUrl): string {
  const url = pageUrl(rule);
  const name = url === undefined ? code(rule) : `[${code(rule)}](${url})`;
  const weight = accepted === undefined ? `**${severity}**` : "accepted";
  return `- ${weight} ${title} (${name})`;
}

function findingText(finding: Finding, pageUrl: PageUrl): string {
  const { subjects, accepted } = finding;
  const more = subjects.length - MOST_SUBJECTS;
  const [only] = subjects;
  const isOne = only !== undefined && subjects.length === 1;
  return [
    `${title(finding, pageUrl)}${isOne ? `: ${subjectText(only)}` : ""}`,
    ...(isOne ? [] : subjects).slice(0, MOST_SUBJECTS).map((subject) => `  - ${subjectText(subject)}`),
    ...(more > 0 ? [`  - and ${more} more`] : []),
    ...(accepted === undefined ? [] : [`  - accepted because: ${code(accepted)}`]),
  ].join("\n");
}

function subjectText({ text, position }: Subject): string {
  const where = position === undefined ? "" : ` (${code(`${position.file}:${position.line}`)})`;
  return `${markdownPhrase(text)}${where}`;
}

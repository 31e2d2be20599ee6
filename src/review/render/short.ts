import { printableLines, printableValue } from "../../printable-text";
import { plainPhrase } from "../phrase";
import type { Review } from "../review";
import { firstLine } from "./readable-message";
import { verdictOf } from "./verdict";

/** Writes the verdict of each preview, its findings and the first line of its errors, as plain text for a log. */
export function renderShort(reviews: readonly Review[]): string {
  return printableLines(`${reviews.map(shortReview).join("\n")}\n`);
}

function shortReview(review: Review): string {
  const findings = review.findings.flatMap(({ severity, rule, title, subjects, accepted }) => [
    `  ${accepted === undefined ? severity : "accepted"} ${rule}: ${title}`,
    ...subjects.map(({ text, position }) => {
      const where = position === undefined ? "" : ` (${printableValue(position.file)}:${position.line})`;
      return `    ${plainPhrase(text)}${where}`;
    }),
  ]);
  const errors = review.errors.map((error) => `  error: ${printableValue(firstLine(error))}`);
  return [`${printableValue(review.name)}: ${verdictOf(review)}`, ...findings, ...errors].join("\n");
}

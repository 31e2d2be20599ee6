import { code, codeBlock, details } from "../../markdown-text";
import type { Diagnostic, PolicyViolation } from "../read/preview";
import type { Review } from "../review";
import { firstLine, readableMessage } from "./readable-message";
import { counted } from "./verdict";

/** How many errors are written, and how many lines of one. */
const MOST_ERRORS = 5;
const MOST_LINES = 40;

/** Why the preview failed, and the policies that are violated. */
export function errorSection(review: Review): string {
  const { errors } = review;
  const more = errors.length - MOST_ERRORS;
  return [
    ...begin(review),
    ...errors.slice(0, MOST_ERRORS).map(errorText),
    ...(more > 0 ? [`And ${counted(more, "more error", "more errors")}.`] : []),
    ...violations(review),
  ].join("\n\n");
}

/** The same with the first line of each error. */
export function errorLines(review: Review): string {
  return [
    ...begin(review),
    ...review.errors.slice(0, MOST_ERRORS).map((error) => code(firstLine(error))),
    ...violations(review),
  ].join("\n\n");
}

/** What a failed preview means for the rest of the review. */
function begin({ outcome, complete, changes, others, errors, exitCode }: Review): string[] {
  if (outcome !== "failed") return [];
  const printed = changes.length + others.length > 0;
  const end = exitCode === undefined || exitCode === 0 ? "" : ` with exit code ${exitCode}`;
  if (!printed && errors.length === 0)
    return [`The preview ended${end} and printed nothing. See the log of the job.`];
  const cut = complete ? "" : " The output ends in the middle.";
  return [
    `The preview failed${end}.${cut} ${printed ? "Below is what it showed until then; there may be more." : "It showed no changes until then."}`,
  ];
}

function errorText(error: Diagnostic): string {
  const message = readableMessage(error);
  if (message.split("\n").length <= MOST_LINES) return codeBlock(message);
  return `${codeBlock(firstLine(error))}\n\n${details("the whole message", codeBlock(message))}`;
}

function violations({ violations: found }: Review): string[] {
  if (found.length === 0) return [];
  return [found.map(violationText).join("\n")];
}

function violationText({ pack, policy, mandatory, message }: PolicyViolation): string {
  const kind = mandatory ? "**mandatory** policy" : "policy";
  return `- ${kind} ${code(policy)} of ${code(pack)}: ${code(message.split("\n", 1)[0] ?? "")}`;
}

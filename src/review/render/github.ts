import { printableValue } from "../../printable-text";
import { plainPhrase } from "../phrase";
import type { Review, Subject } from "../review";
import type { Severity } from "../rules/rule";

/** GitHub shows this many annotations of each kind for a step. */
const MOST_OF_A_KIND = 10;

const KINDS: { readonly [severity in Severity]: "error" | "warning" | "notice" } = {
  high: "error",
  medium: "warning",
  low: "notice",
};

/**
 * Writes the findings as annotations of GitHub Actions, on the line of the program where it is known. What is accepted is
 * left out, as is what is more than GitHub shows.
 *
 * @param folder - the folder of the Pulumi project in the repository
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithub(reviews: readonly Review[], folder: string): string {
  const lines = reviews.flatMap((review) =>
    review.findings
      .filter(({ accepted }) => accepted === undefined)
      .flatMap(({ rule, severity, title, subjects }) =>
        subjects.map((subject) => {
          const kind = KINDS[severity];
          const text = `${review.name}: ${title}: ${plainPhrase(subject.text)}`;
          return { kind, line: `::${kind} ${place(subject, folder)}title=${property(rule)}::${data(text)}` };
        }),
      ),
  );
  const shown = Object.values(KINDS).flatMap((kind) =>
    lines.filter((line) => line.kind === kind).slice(0, MOST_OF_A_KIND),
  );
  return shown.map(({ line }) => `${line}\n`).join("");
}

function place({ position }: Subject, folder: string): string {
  if (position === undefined) return "";
  return `file=${property(pathOf(position.file, folder))},line=${position.line},`;
}

/** A path in the repository. */
export function pathOf(file: string, folder: string): string {
  return folder === "" ? file : `${folder.replace(/\/+$/, "")}/${file}`;
}

/** A text in a command: GitHub decodes these, and nothing else ends it. */
function data(text: string): string {
  return printableValue(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

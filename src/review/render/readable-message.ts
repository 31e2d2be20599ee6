import type { Diagnostic } from "../read/preview";
import { nameOf, typesOf } from "../read/urn";

/**
 * A message without what a reader of the review does not need: what the engine puts before an error of a resource, the
 * source at the end of a line if the first line begins with it, and stack frames inside of Node.
 */
export function readableMessage({ urn, message }: Diagnostic): string {
  const [first = "", ...more] = withoutResource(message, urn).split("\n");
  const [source = ""] = first.split(": preflight ", 1);
  const suffix = ` [${source}]`;
  const lines = more.map((line) => (line.endsWith(suffix) ? line.slice(0, -suffix.length) : line));
  return [first, ...lines.filter((line) => !isInsideNode(line))].join("\n");
}

/** The first line of it. */
export function firstLine(diagnostic: Diagnostic): string {
  return readableMessage(diagnostic).split("\n", 1)[0] ?? "";
}

/** For a dynamic resource, the engine begins with its type and name. The verdict and the message itself say what failed. */
function withoutResource(message: string, urn: string | undefined): string {
  if (urn === undefined) return message;
  const prefix = `${typesOf(urn).at(-1)} resource '${nameOf(urn)}' has a problem: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function isInsideNode(line: string): boolean {
  return line.trimStart().startsWith("at ") && line.includes("node:internal/");
}

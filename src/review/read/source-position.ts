import type { SourcePosition } from "./preview";

/** What is needed of a state to find its line. */
interface Positioned {
  readonly parent?: string | null | undefined;
  readonly sourcePosition?: string | null | undefined;
}

/** More parents than any program has. */
const MOST_PARENTS = 100;

/**
 * Finds the line of the program that made a resource: its own, or that of the nearest parent that is not in a package. The
 * children of a component were made by a line of the component's package.
 *
 * @param states - by URN
 */
export function positionOf(
  urn: string,
  states: ReadonlyMap<string, Positioned | null | undefined>,
): SourcePosition | undefined {
  let at: string | null | undefined = urn;
  for (let steps = 0; steps < MOST_PARENTS && at; steps += 1) {
    const state = states.get(at);
    const position = parsePosition(state?.sourcePosition ?? "");
    if (position !== undefined) return position;
    at = state?.parent;
  }
  return undefined;
}

/** Reads `project:///index.ts#12,3`; undefined for a line of a package, or anything else. */
function parsePosition(text: string): SourcePosition | undefined {
  const [, file = "", line = ""] = /^project:\/\/\/([^#]+)#(\d{1,9}),\d+$/.exec(text) ?? [];
  if (file === "" || /(^|\/)node_modules\//.test(file)) return undefined;
  return { file, line: Number(line) };
}

/**
 * The Markdown without its code, by the rules of CommonMark: a block ends at a fence of at least as many backticks, and
 * code in a line at a run of exactly as many. Only what remains can be HTML, a mention, a link or a command.
 *
 * @see https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 */
export function outsideCode(markdown: string): string {
  let fence: string | undefined;
  const lines = markdown.split("\n").flatMap((line) => {
    const [, ticks = "", info = ""] = /^(`{3,})([^`]*)$/.exec(line) ?? [];
    if (fence === undefined) {
      if (ticks === "") return [withoutCode(line)];
      fence = ticks;
      return [];
    }
    if (ticks.length >= fence.length && info.trim() === "") fence = undefined;
    return [];
  });
  if (fence !== undefined) throw new Error("a block of code has no end");
  return lines.join("\n");
}

function withoutCode(line: string): string {
  const runs = [...line.matchAll(/`+/g)];
  const [first] = runs;
  if (first === undefined) return line;
  const start = first.index + first[0].length;
  const end = runs.slice(1).find(([run]) => run.length === first[0].length);
  if (end === undefined) return line.slice(0, start) + withoutCode(line.slice(start));
  return line.slice(0, first.index) + withoutCode(line.slice(end.index + end[0].length));
}

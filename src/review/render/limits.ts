/** The forges, and the longest comment of each in characters. */
export const FORGES = {
  // Documented are 65,536; some are rejected below.
  github: 60_000,
  // Documented are 1,000,000, with the marker of `pulumi-ardent comment`.
  gitlab: 990_000,
  azure: 150_000,
  bitbucket: 32_768,
} as const;
export type Forge = keyof typeof FORGES;

/** A part of a text that can become shorter, and then be left out. */
export interface Block {
  /** What is said of it where it is left out. */
  readonly title: string;
  /** The block with the lowest number is shortened first. */
  readonly importance: number;
  /** From the longest to the shortest; after these, it is left out. */
  readonly versions: readonly string[];
}

/**
 * Joins blocks into one text, and shortens the least important ones until it is short enough. A block is never cut in the
 * middle.
 *
 * @param fixed - what stays in any case, at the beginning
 * @param limit - in UTF-16 units
 */
export function fitting(fixed: string, blocks: readonly Block[], limit: number): string {
  const shown = blocks.map((block) => ({ block, version: 0 }));
  for (;;) {
    const texts = shown.flatMap(({ block, version }) => block.versions[version] ?? []);
    const cut = shown.filter(({ version }) => version > 0);
    const text = `${[fixed, ...texts, ...note(cut, limit)].join("\n\n")}\n`;
    const [least] = shown
      .filter(({ block, version }) => version < block.versions.length)
      .toSorted((one, other) => one.block.importance - other.block.importance);
    if (text.length <= limit || least === undefined) return text;
    least.version += 1;
  }
}

function note(cut: readonly { block: Block; version: number }[], limit: number): string[] {
  if (cut.length === 0) return [];
  const names = cut.map(({ block, version }) =>
    version < block.versions.length ? `${block.title} (shortened)` : block.title,
  );
  const size = limit.toLocaleString("en-US");
  return [`_Left out, to stay under ${size} characters: ${[...new Set(names)].join(", ")}._`];
}

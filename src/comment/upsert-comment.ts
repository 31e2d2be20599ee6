import type { RetryBounds } from "../with-retries";
import type { Forge, OwnComment } from "./forge";
import { retryForge } from "./retry";

/** The comment, and whether it was there before. */
export interface WrittenComment {
  readonly comment: OwnComment;
  readonly created: boolean;
}

/**
 * Makes or updates the one comment of this name. Runs at the same time end with one comment: a run that created one lists
 * them again, and every run keeps the oldest and deletes the others. The text is that of the run that writes last.
 *
 * Each attempt lists the comments again: a creation without a response may have been done.
 *
 * @param name - of the comment, in its marker: letters, digits and `.`, `_`, `-`
 * @param bounds - of the retries, see {@link retryForge}
 * @throws ForgeError of the last attempt
 */
export function upsertComment(
  forge: Forge,
  name: string,
  text: string,
  bounds?: RetryBounds,
): Promise<WrittenComment> {
  const body = bodyOf(name, text);
  const find = async () => {
    const own = await forge.listOwn();
    return own
      .filter((comment) => comment.body.startsWith(markerOf(name)))
      .sort((one, other) => one.id - other.id);
  };
  const keepOne = async (comment: OwnComment, others: readonly OwnComment[]) => {
    await forge.update(comment, body);
    for (const other of others) await forge.remove(other);
    return { comment, created };
  };
  let created = false;
  return retryForge(async () => {
    const [oldest, ...later] = await find();
    if (oldest !== undefined) return keepOne(oldest, later);
    created = true;
    const own = await forge.create(body);
    const [first = own, ...others] = await find();
    return first.id === own.id && others.length === 0 ? { comment: own, created } : keepOne(first, others);
  }, bounds);
}

/** The text with its hidden marker. */
export function bodyOf(name: string, text: string): string {
  return `${markerOf(name)}\n${text}`;
}

/** Forges show no HTML comments. */
function markerOf(name: string): string {
  return `<!-- pulumi-ardent comment: ${name} -->`;
}

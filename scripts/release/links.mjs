// Links of the pages in the tarball.
import { posix } from "node:path";

/**
 * A page with its relative links to what the package leaves out turned into links to the repository. Pictures too: there
 * they have an address of their own.
 *
 * @param {string} text - Markdown
 * @param {{ page: string, shipped: ReadonlySet<string>, base: string }} where - the page's path from the root, the paths
 *   of all files in the package, and the address of the repository's root at the released commit
 * @returns {string}
 */
export function linkToRepository(text, { page, shipped, base }) {
  /** @param {string} target */
  const addressOf = (target) => {
    const path = posix.join(posix.dirname(page), target);
    return /^[a-z]+:/.test(target) || shipped.has(path) ? undefined : `${base}/${path}`;
  };
  return text
    .replaceAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g, (link, target, anchor = "") => {
      const address = addressOf(target);
      return address === undefined ? link : `](${address}${anchor})`;
    })
    .replaceAll(/\b(src|srcset)="([^"\s]+)"/g, (attribute, name, target) => {
      const address = addressOf(target);
      return address === undefined ? attribute : `${name}="${address}?raw=true"`;
    });
}

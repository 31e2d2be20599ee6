// Links of the pages in the tarball.
import { posix } from "node:path";

/**
 * A page with its relative links to what the package leaves out turned into links to the repository.
 *
 * @param {string} text - Markdown
 * @param {{ page: string, shipped: ReadonlySet<string>, base: string }} where - the page's path from the root, the paths
 *   of all files in the package, and the address of the repository's root at the released commit
 * @returns {string}
 */
export function linkToRepository(text, { page, shipped, base }) {
  return text.replaceAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g, (link, target, anchor = "") => {
    if (/^[a-z]+:/.test(target)) return link;
    const path = posix.join(posix.dirname(page), target);
    return shipped.has(path) ? link : `](${base}/${path}${anchor})`;
  });
}

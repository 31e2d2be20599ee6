/** Where the pages of the checks are: they are shipped in the package. One place, so that it can become a URL. */
const PAGES = "node_modules/pulumi-ardent/docs/checks";

/** The page of a check. */
export function docsUrl(id: string): string {
  return `${PAGES}/${id}.md`;
}

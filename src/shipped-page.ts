/**
 * The path of a page of the package, from the reader's working folder: a project, or a clone of the repository.
 *
 * @param page - below docs/, such as `checks/wal-level.md`
 * @param file - any file of the package; this one by default
 */
export function shippedPage(page: string, file = __filename): string {
  return `${/[\\/]node_modules[\\/]/.test(file) ? "node_modules/pulumi-ardent/" : ""}docs/${page}`;
}

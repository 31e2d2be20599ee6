import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of this package. */
export function packageVersion(): string {
  return manifest().version;
}

/**
 * The URL of a page of this version.
 *
 * @param page - below docs/
 * @returns undefined in a clone of the repository: only a release knows where it is published
 */
export function pageUrl(page: string): string | undefined {
  const { version, homepage } = manifest();
  return homepage && `${homepage.replace(/#.*$/, "")}/blob/v${version}/docs/${page}`;
}

function manifest(): { readonly version: string; readonly homepage?: string } {
  return JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
}

import { CATALOG } from "../../src/preflight/check/catalog";
import type { Check } from "../../src/preflight/check/check";
import { configFiles } from "../../src/preflight/checks/config-files";
import { FAMILIES, type FamilyName, type SessionFamilyName } from "../../src/preflight/facts/registry";

/** What one check is judged by. */
export interface Needed {
  /** The check, those that it requires, and the one that says which fixes come first. */
  readonly checks: readonly Check[];
  /** What these read of the catalog. */
  readonly families: ReadonlySet<SessionFamilyName>;
}

/**
 * What a test of one check reads and judges: reading everything takes five times as long. That the checks agree on the
 * facts of one run is shown where preflight runs whole.
 *
 * @param id - the check's
 * @param besides - families that are read for what is done besides judging
 */
export function neededFor(id: string, besides: readonly SessionFamilyName[]): Needed {
  const ids = new Set<string>();
  const add = (one: string): void => {
    if (ids.has(one)) return;
    ids.add(one);
    for (const required of CATALOG.find((check) => check.id === one)?.requires ?? []) add(required);
  };
  add(id);
  add(configFiles.id);
  const checks = CATALOG.filter((check) => ids.has(check.id));
  const read = checks.flatMap(({ reads = [], alsoReads = [] }) => [...reads, ...alsoReads]);
  return { checks, families: new Set([...read.filter(isOfSession), ...besides]) };
}

function isOfSession(name: string): name is SessionFamilyName {
  return name in FAMILIES && "read" in FAMILIES[name as FamilyName];
}

import type { BrokenSource } from "./broken-source";
import { WITHOUT_GRANTS } from "./grants";
import { BROKEN_ROLES } from "./roles";
import { BROKEN_SERVERS } from "./servers";
import { BROKEN_TABLES } from "./tables";

/** Forty sources that are not ready, each in a way of its own. */
export const BROKEN_SOURCES: readonly BrokenSource[] = [
  ...WITHOUT_GRANTS,
  ...BROKEN_ROLES,
  ...BROKEN_TABLES,
  ...BROKEN_SERVERS,
];

import type { AccessState } from "../../src/access/state";
import type { Facts } from "../../src/preflight/facts/facts";
import { FAMILY_NAMES, type FamilyName } from "../../src/preflight/facts/registry";
import { type Asked, requestFor } from "./request-for";

/** What is asked of a source that is made up. */
export const asked: Asked = {
  source: { host: "db.example.com", port: 5432, database: "shop" },
  role: "ardent",
  connector: true,
  schemas: [{ name: "public", owners: ["app"] }],
  tls: true,
  decisions: {},
};
export const request = requestFor(asked);

/** Access to a schema with one table of `app`, by a role that can do nothing yet. */
export const noAccess: AccessState = {
  role: undefined,
  database: { name: "shop", connect: false, create: false },
  schemas: [
    {
      name: "public",
      exists: true,
      usage: false,
      tables: { count: 1, unreadable: 1, examples: ["orders"] },
      sequences: { count: 0, unreadable: 0, examples: [] },
      owners: [
        { name: "app", exists: true, tables: 1, sequences: 0, defaultTables: false, defaultSequences: false },
      ],
    },
  ],
  related: [],
};

const skipped = { kind: "skipped", reason: "not asked for" } as const;

const EVERY_FAMILY_SKIPPED = Object.fromEntries(FAMILY_NAMES.map((name) => [name, skipped])) as {
  [name in FamilyName]: typeof skipped;
};

/** Facts of which only the access was read. */
export function factsWith(access: Facts["access"]): Facts {
  return {
    connection: {
      ipv4: skipped,
      tcp: skipped,
      tls: skipped,
      admin: skipped,
      role: skipped,
      walsender: skipped,
      instances: skipped,
    },
    ...EVERY_FAMILY_SKIPPED,
    access,
  };
}

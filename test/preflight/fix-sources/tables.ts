import type { BrokenSource } from "./broken-source";

/** What keeps changes of tables from being replicated. */
export const BROKEN_TABLES: readonly BrokenSource[] = [
  {
    name: "tables with a key that is not their identity, and one without any key",
    breaks: ({ owner }) => `
      SET ROLE ${owner};
      ALTER TABLE app.orders REPLICA IDENTITY NOTHING;
      CREATE TABLE app."By Index" (id int NOT NULL); CREATE UNIQUE INDEX "its Index" ON app."By Index" (id);
      CREATE TABLE app.log (at timestamptz, what text)`,
    fixes: ["replica-identity"],
    remains: { "replica-identity": "fail" },
    changes: [
      "- ALTER TABLE ONLY app.orders REPLICA IDENTITY NOTHING;",
      `+ ALTER TABLE ONLY app."By Index" REPLICA IDENTITY USING INDEX "its Index";`,
    ],
  },
  {
    name: "tables for which FULL was decided",
    breaks: ({ owner }) => `
      SET ROLE ${owner}; CREATE TABLE app.log (at timestamptz, what text);
      CREATE TABLE app."Log 2" (at timestamptz); CREATE TABLE app.left_out (at timestamptz)`,
    decisions: {
      "app.log": "replica_identity_full",
      "app.Log 2": "replica_identity_full",
      "app.left_out": "exclude",
    },
    fixes: ["replica-identity"],
    changes: [
      "+ ALTER TABLE ONLY app.log REPLICA IDENTITY FULL;",
      `+ ALTER TABLE ONLY app."Log 2" REPLICA IDENTITY FULL;`,
    ],
  },
  {
    name: "a deferrable key, an identity index that was dropped, and partitions",
    breaks: ({ owner }) => `
      SET ROLE ${owner};
      CREATE TABLE app.later (id int PRIMARY KEY DEFERRABLE);
      CREATE TABLE app.gone (id int PRIMARY KEY, code int NOT NULL); CREATE UNIQUE INDEX code ON app.gone (code);
      ALTER TABLE app.gone REPLICA IDENTITY USING INDEX code; DROP INDEX app.code;
      CREATE TABLE app.events (at date) PARTITION BY RANGE (at); CREATE TABLE app.events_1 PARTITION OF app.events DEFAULT`,
    decisions: { "app.later": "add_pk" },
    fixes: ["replica-identity"],
    remains: { "replica-identity": "fail" },
  },
  {
    name: "an identity on columns whose NOT NULL is not validated",
    major: 18,
    breaks: ({ owner }) => `
      SET ROLE ${owner}; CREATE TABLE app.codes (code int);
      ALTER TABLE app.codes ADD CONSTRAINT "has Code" NOT NULL code NOT VALID;
      CREATE UNIQUE INDEX codes_key ON app.codes (code); ALTER TABLE app.codes REPLICA IDENTITY USING INDEX codes_key`,
    fixes: ["replica-identity"],
    changes: [
      "-     code integer",
      "- ALTER TABLE app.codes",
      '-     ADD CONSTRAINT "has Code" NOT NULL code NOT VALID;',
      '+     code integer CONSTRAINT "has Code" NOT NULL',
    ],
  },
  {
    name: "unlogged tables, of which one has no key",
    breaks: ({ owner }) => `
      SET ROLE ${owner}; CREATE UNLOGGED TABLE app.cache (id int PRIMARY KEY);
      CREATE UNLOGGED TABLE app."Scratch" (id int)`,
    fixes: [],
    remains: { "unlogged-tables": "warn" },
  },
  {
    name: "row security and triggers, of which only warnings tell",
    breaks: ({ owner, other }) => `
      SET ROLE ${owner}; ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
      CREATE POLICY theirs ON app.orders TO ${other} USING (true)`,
    fixes: [],
    remains: { "row-security": "warn" },
  },
];

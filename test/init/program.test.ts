import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeProgram } from "../../src/init/program";
import { projectName } from "../../src/init/project-files";
import type { SourceFacts } from "../../src/init/source-facts";
import { AWKWARD_NAMES } from "../support/awkward-names";
import { ALL_HOSTILE, expectHarmless } from "../support/hostile-text";
import { typeProblems } from "../support/type-problems";

const SETTINGS = {
  host: "db.example.com",
  port: 5432,
  database: "shop",
  user: "postgres",
  sslMode: "require",
} as const;
const WANTED = { settings: SETTINGS, role: "ardent_replication" };
const NO_PROBLEMS = {
  "no-primary-key": 0,
  "deferrable-primary-key": 0,
  "identity-nothing": 0,
  "identity-index-missing": 0,
  "identity-index-unusable": 0,
  "identity-index-nullable": 0,
  "no-columns": 0,
};

function owner(schema: string, name: string, more: Partial<SourceFacts["owners"][number]> = {}) {
  const none = { tables: 0, sequences: 0, tablesElsewhere: 0, creates: false, superuser: false };
  return { schema, owner: name, ...none, ...more };
}

const FACTS: SourceFacts = {
  owners: [
    owner("billing", "billing_writer", { tables: 3, creates: true }),
    owner("empty", "postgres", { creates: true, superuser: true }),
    owner("public", "app_writer", { tables: 9, creates: true }),
    owner("public", "billing_writer", { creates: true, tablesElsewhere: 3 }),
    owner("public", "migrator", { creates: true }),
  ],
  tables: {
    schemas: ["billing", "empty", "public"],
    judged: 12,
    counts: { ...NO_PROBLEMS, "no-primary-key": 4 },
    tablesWithoutIdentity: [
      { schema: "public", table: "events", problem: "no-primary-key", primaryKey: false },
      {
        schema: "public",
        table: "log_2026",
        problem: "no-primary-key",
        primaryKey: false,
        partitionOf: { schema: "public", table: "log" },
      },
      { schema: "billing", table: "a.b", problem: "identity-nothing", primaryKey: true },
    ],
  },
};

const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

const source = new ardent.PostgresSource("shop", {
  // The address that Ardent connects to. If this machine uses another one, add \`host\` and \`port\` to \`admin\`.
  host: "db.example.com",
  database: "shop",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  // This program creates the role. Ardent currently needs a superuser.
  role: { name: "ardent_replication", password: config.requireSecret("ardentPassword") },
  // Each schema with the roles that create tables in it.
  schemas: {
    billing: { owners: ["billing_writer"] },
    public: { owners: ["app_writer", "billing_writer"] },
  },
  // They can create tables, and own none. Move those that will create some to \`owners\`.
  ignoreOwners: ["migrator"],
  // Tables whose UPDATE and DELETE cannot be replicated as they are.
  // TODO: decide for each: "exclude", "add_pk", "replica_identity_full"; or give it a primary key.
  replicaIdentity: {
    "public.events": "exclude", // without a primary key
    "public.log_2026": "exclude", // without a primary key
    "\\"billing\\".\\"a.b\\"": "exclude", // REPLICA IDENTITY NOTHING
    // TODO: 1 more table: the preview lists them.
  },
  // The IPv4 address that Ardent connects from: without it pg_hba.conf is not checked.
  egressIp: config.get("egressIp"),
  connector: { projectId: config.require("projectId") },
});

export const connectorId = source.connectorId;
`;

/** The program as a file beside the sources, where `pulumi-ardent` is this package. */
const problemsOf = (program: string) =>
  typeProblems(
    new Map([[join(__dirname, "program.ts"), program.replace('"pulumi-ardent"', '"../../src/index"')]]),
  );

describe("the program that init writes", () => {
  it("has the schemas with tables, those who create in them, and the decisions that are needed", () => {
    expect(writeProgram(FACTS, WANTED)).toBe(PROGRAM);
  });

  it("leaves a role that exists as it is, and says what it lacks", () => {
    const program = writeProgram({ ...FACTS, role: { superuser: false } }, WANTED);
    expect(program).toContain(
      'role: { name: "ardent_replication", password: config.requireSecret("ardentPassword"), create: false },',
    );
    expect(program).toContain("TODO: it is not a superuser");
    expect(writeProgram({ ...FACTS, role: { superuser: true } }, WANTED)).not.toContain("not a superuser");
  });

  it("says how the connection is made where that is not the default", () => {
    const program = (settings: object) =>
      writeProgram(FACTS, { ...WANTED, settings: { ...SETTINGS, ...settings } });
    expect(program({ port: 6543 })).toContain("\n  port: 6543,\n");
    expect(program({ sslMode: "verify-full" })).toContain('sslMode: "verify-full",\n  // TODO: `caFile`');
    expect(program({ sslMode: "disable" })).toContain('sslMode: "disable",\n  allowCleartext: true,\n');
    expect(program({ host: "127.0.0.1", sslMode: "disable" })).not.toContain("sslMode");
  });

  it("has every schema of a database without tables", () => {
    const tables = { ...FACTS.tables, judged: 0, counts: NO_PROBLEMS, tablesWithoutIdentity: [] };
    const owners = [owner("public", "app_writer", { creates: true })];
    const program = writeProgram({ owners, tables: { ...tables, schemas: ["empty", "public"] } }, WANTED);
    expect(program).toContain("    empty: { owners: [] },\n    public: { owners: [] },\n");
    expect(program).toContain('ignoreOwners: ["app_writer"],');
  });

  it("compiles with names of any characters, and none of them leaves its literal", () => {
    const names = [
      ...AWKWARD_NAMES,
      ALL_HOSTILE,
      "*/ process.exit() /*",
      "\u0024{process.exit()}",
      "`",
      "__proto__",
    ];
    const facts: SourceFacts = {
      owners: names.map((name) => owner(name, name, { tables: 1, creates: true })),
      tables: {
        schemas: names,
        judged: names.length,
        counts: { ...NO_PROBLEMS, "no-primary-key": names.length },
        tablesWithoutIdentity: names.map((name) => ({
          schema: name,
          table: name,
          problem: "no-primary-key",
          primaryKey: false,
        })),
      },
    };
    for (const name of names) {
      const settings = { ...SETTINGS, database: name, user: name };
      const program = writeProgram(facts, { settings, role: name });
      expectHarmless(program);
      if (name === names[0]) expect(problemsOf(program)).toEqual([]);
      expect(program).toContain('["__proto__"]: { owners: ["__proto__"] },');
      expect(program.split("\n")).toHaveLength(writeProgram(facts, WANTED).split("\n").length);
    }
  });

  it("is a project with a name that npm and Pulumi accept", () => {
    const found = ["shop", "Shop_2", "Größe 日本", "---", "n".repeat(63)].map(projectName);
    expect(found).toEqual([
      "ardent-shop",
      "ardent-shop-2",
      "ardent-gr-e",
      "ardent",
      `ardent-${"n".repeat(53)}`,
    ]);
  });
});

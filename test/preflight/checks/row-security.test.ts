import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { AWKWARD_NAMES } from "../../support/awkward-names";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("row-security", (major) => {
  let database: TestDatabase;
  let narrow: string;
  let superuser: string;
  let group: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    group = database.role("team");
    narrow = database.role('Narrow "role" %s');
    superuser = database.role("super");
    const [n, s, g] = [narrow, superuser, group].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${g}; CREATE ROLE ${n} IN ROLE ${g}; CREATE ROLE ${s} SUPERUSER;
      CREATE SCHEMA app; CREATE SCHEMA names; CREATE SCHEMA parts; CREATE SCHEMA attic; CREATE SCHEMA none;
      CREATE TABLE app.open (id int);
      CREATE TABLE app.secret (id int); ALTER TABLE app.secret ENABLE ROW LEVEL SECURITY;
      CREATE TABLE app.of_team (id int); ALTER TABLE app.of_team ENABLE ROW LEVEL SECURITY;
      ALTER TABLE app.of_team OWNER TO ${g};
      CREATE TABLE app.of_team_forced (id int); ALTER TABLE app.of_team_forced OWNER TO ${g};
      ALTER TABLE app.of_team_forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE TABLE none.open (id int); ALTER TABLE none.open FORCE ROW LEVEL SECURITY;
      CREATE TABLE parts.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE attic.log_old PARTITION OF parts.log DEFAULT;
      ALTER TABLE attic.log_old ENABLE ROW LEVEL SECURITY;
    `);
  });
  afterAll(() => database.drop());

  it("fails for a role without SUPERUSER, but not for tables that it or its group owns, unless they force it", async () => {
    expect(await checked(database, "row-security", { role: narrow })).toMatchObject({
      outcome: "fail",
      message: `row-level security of 2 tables decides which rows ${narrow} sees`,
      findings: [
        {
          object: "table app.of_team_forced",
          current: "row-level security enabled",
          needed: "to be bypassed",
        },
        { object: "table app.secret" },
      ],
      findingCount: 2,
    });
  });

  it("only warns for a superuser, and fails if that is judged as if it were not one", async () => {
    expect(await checked(database, "row-security", { role: superuser })).toMatchObject({
      outcome: "warn",
      message: `row-level security of 3 tables is bypassed only while ${superuser} is a superuser`,
    });
    const judged = await checked(database, "row-security", { role: superuser, assumeNoSuperuser: true });
    expect(judged).toMatchObject({ outcome: "fail", findingCount: 3 });
  });

  it("counts partitions in any schema, but no excluded tables", async () => {
    const schemas = [{ name: "parts", owners: [] }];
    expect(await checked(database, "row-security", { role: narrow, schemas })).toMatchObject({
      outcome: "fail",
      findings: [{ object: "table attic.log_old" }],
    });
    const decisions = { "attic.log_old": "exclude" } as const;
    expect(await checked(database, "row-security", { role: narrow, schemas, decisions })).toMatchObject({
      outcome: "pass",
    });
  });

  it("passes if no table has row-level security enabled", async () => {
    const schemas = [{ name: "none", owners: [] }];
    expect(await checked(database, "row-security", { role: narrow, schemas })).toMatchObject({
      outcome: "pass",
    });
  });

  it("shows the names of five tables unchanged, and counts all", async () => {
    for (const name of AWKWARD_NAMES)
      await database.run(`
        CREATE TABLE names.${quoteIdentifier(name)} (id int);
        ALTER TABLE names.${quoteIdentifier(name)} ENABLE ROW LEVEL SECURITY`);
    const schemas = [{ name: "names", owners: [] }];
    const result = await checked(database, "row-security", { role: narrow, schemas });
    expect(result.findingCount).toBe(AWKWARD_NAMES.length);
    const names = AWKWARD_NAMES.map((name) => `table names.${name}`);
    expect(result.findings).toHaveLength(5);
    for (const { object } of result.findings) expect(names).toContain(object);
  });

  it("passes after the fix, with and without SUPERUSER", async () => {
    for (const role of [narrow, superuser]) {
      await applyFix(await checked(database, "row-security", { role }), database.session);
      expect(await checked(database, "row-security", { role, assumeNoSuperuser: true })).toMatchObject({
        outcome: "pass",
        message: "BYPASSRLS",
      });
    }
  });
});

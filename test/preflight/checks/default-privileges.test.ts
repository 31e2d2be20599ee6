import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { grantScript } from "../../../src/access/sql";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("default-privileges", (major) => {
  let database: TestDatabase;
  let role: string;
  let writer: string;
  let reporter: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl x");
    writer = database.role("app writer");
    reporter = database.role("reporter");
    const [r, w, p] = [role, writer, reporter].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${r} SUPERUSER; CREATE ROLE ${w}; CREATE ROLE ${p};
      CREATE SCHEMA app; CREATE SCHEMA billing; CREATE SCHEMA fresh;
      CREATE TABLE app.a (id int); ALTER TABLE app.a OWNER TO ${w};
      CREATE TABLE billing.b (id int); ALTER TABLE billing.b OWNER TO ${w};
      CREATE TABLE billing.own (id int); ALTER TABLE billing.own OWNER TO ${r};
      CREATE SEQUENCE billing.numbers; ALTER SEQUENCE billing.numbers OWNER TO ${p};
    `);
  });
  afterAll(() => database.drop());

  const schemas = (owners: readonly string[] = []) =>
    ["app", "billing"].map((name) => ({ name, owners: [...owners] }));

  it("fails for an owner of tables, once for all schemas, and not for the role itself", async () => {
    expect(await checked(database, "default-privileges", { role, schemas: schemas() })).toMatchObject({
      outcome: "fail",
      findings: [
        { object: `owner ${writer}`, needed: "default SELECT on tables and sequences in app, billing" },
      ],
      findingCount: 1,
    });
  });

  it("fails for a named owner that owns nothing yet, or that does not exist", async () => {
    const named = schemas([reporter, "nobody here"]);
    const result = await checked(database, "default-privileges", { role, schemas: named });
    expect(result.findings).toEqual([
      { object: `owner ${writer}`, needed: "default SELECT on tables and sequences in app, billing" },
      { object: "owner nobody here", needed: "to exist", where: "named for app, billing" },
      { object: `owner ${reporter}`, needed: "default SELECT on tables and sequences in app, billing" },
    ]);
    expect(result.fix?.sql.join()).not.toContain("nobody here");
  });

  it("is pending where this deployment grants it", async () => {
    const plan = accessPlan({
      role: { name: role, create: false, superuser: true },
      databases: { [database.name]: { app: [writer], billing: [writer] } },
    });
    const delta = planDelta(undefined, plan);
    const question = { role, schemas: schemas([writer]), ...(delta && { delta }) };
    expect(await checked(database, "default-privileges", question)).toMatchObject({ outcome: "pending" });
  });

  it("passes after the fix, and what the owner then creates can be read", async () => {
    await applyFix(
      await checked(database, "default-privileges", { role, schemas: schemas() }),
      database.session,
    );
    expect(await checked(database, "default-privileges", { role, schemas: schemas() })).toMatchObject({
      outcome: "pass",
    });
    await database.run(`
      GRANT USAGE, CREATE ON SCHEMA app TO ${quoteIdentifier(writer)};
      SET ROLE ${quoteIdentifier(writer)}; CREATE TABLE app.later (id serial); RESET ROLE;
      GRANT SELECT ON app.a TO ${quoteIdentifier(role)};
    `);
    const app = { role, schemas: [{ name: "app", owners: [] }] };
    expect(await checked(database, "read-tables", app)).toMatchObject({ outcome: "pass" });
    expect(await checked(database, "read-sequences", app)).toMatchObject({ outcome: "pass" });
  });

  it("passes on a fresh source where the runbook was followed to the letter", async () => {
    await database.run(`CREATE TABLE fresh.of_postgres (id int)`);
    const question = { role, schemas: [{ name: "fresh", owners: [] }] };
    expect(await checked(database, "default-privileges", question)).toMatchObject({
      outcome: "fail",
      findings: [{ object: "owner postgres" }],
    });
    const plan = accessPlan({
      role: { name: role, create: false, superuser: true },
      databases: { [database.name]: { fresh: [] } },
    });
    await database.run(grantScript(plan));
    for (const id of [
      "schema-usage",
      "read-tables",
      "read-sequences",
      "default-privileges",
      "database-create",
    ])
      expect(await checked(database, id, question)).toMatchObject({ id, outcome: "pass" });
  });
});

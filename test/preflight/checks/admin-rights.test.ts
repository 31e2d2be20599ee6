import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan, grantsOf } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { grantStatement } from "../../../src/access/sql";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("admin-rights", (major) => {
  let database: TestDatabase;
  let admin: string;
  let writer: string;
  let role: string;
  let as: { user: string; password: string };

  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    admin = database.role("Deploy er");
    writer = database.role("app writer");
    role = database.role("repl");
    const [a, w, r] = [admin, writer, role].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${a} LOGIN PASSWORD 'x'; CREATE ROLE ${w}; CREATE ROLE ${r};
      CREATE SCHEMA app AUTHORIZATION ${w};
      CREATE TABLE app."Order's" (id serial); ALTER TABLE app."Order's" OWNER TO ${w};
      ALTER DATABASE ${quoteIdentifier(database.name)} OWNER TO ${w};
    `);
    as = { user: admin, password: "x" };
  });
  afterAll(() => database.drop());

  const plan = (create: boolean, superuser: boolean) =>
    accessPlan({
      role: { name: role, create, superuser },
      databases: { [database.name]: { app: [writer] } },
    });
  const judge = (question: Question = { as }, create = false, superuser = false) => {
    const delta = planDelta(undefined, plan(create, superuser));
    const schemas = plan(create, superuser).databases[0]?.schemas;
    return checked(database, "admin-rights", { role, schemas, ...question, ...(delta && { delta }) });
  };

  it("is skipped if nothing is granted", async () => {
    expect(await checked(database, "admin-rights", { role, as })).toMatchObject({ outcome: "skipped" });
  });

  it("passes for a superuser", async () => {
    expect(await judge({}, true, true)).toMatchObject({ outcome: "pass" });
  });

  it("names what only a superuser can do, and proposes no statement for it", async () => {
    const result = await judge({ as }, true, true);
    expect(result.findings[0]).toEqual({
      object: `role ${role}`,
      current: `created by ${admin}`,
      needed: "a superuser: only superusers can create superusers",
    });
  });

  it("fails for an admin who does not own the objects of the grants; after the fix it passes, and the plan works", async () => {
    const result = await judge();
    const needed = `membership in ${writer}, or the grant option`;
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        { object: `database ${database.name}`, needed },
        { object: "schema app", needed },
        { object: "app.Order's, app.Order's_id_seq", needed },
        { object: `default privileges of ${writer}`, needed: `membership in ${writer}` },
      ],
      fix: {
        sql: [`GRANT ${quoteIdentifier(writer)} TO ${quoteIdentifier(admin)};`],
        choice: `As a member, ${admin} has all privileges of these owners.`,
      },
    });
    await applyFix(result, database.session);
    expect(await judge()).toMatchObject({ outcome: "pass" });
    const session = await database.sessionAs(admin, "x");
    for (const grant of grantsOf(plan(false, false))) await session.query(grantStatement(grant, role));
  });

  it("never proposes membership in a superuser", async () => {
    await database.run("CREATE VIEW app.of_postgres AS SELECT 1 AS id");
    expect(await judge()).toMatchObject({
      outcome: "fail",
      findings: [{ object: "app.of_postgres", needed: "a superuser, or the grant option" }],
      fix: { text: "Deploy as a superuser.", sql: [] },
    });
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("read-tables", (major) => {
  let database: TestDatabase;
  let role: string;
  const schemas = ["app", "Bill ing"].map((name) => ({ name, owners: [] }));
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl x");
    await database.run(`
      CREATE ROLE ${quoteIdentifier(role)} SUPERUSER; CREATE SCHEMA app; CREATE SCHEMA "Bill ing";
      CREATE TABLE app.open (id int); GRANT SELECT ON app.open TO PUBLIC;
      CREATE TABLE "Bill ing"."In ""voice"" ü" (id int);
    `);
    for (const name of ["a", "b", "c", "d", "e", "f"])
      await database.run(`CREATE TABLE app.${name} (id int)`);
  });
  afterAll(() => database.drop());

  it("names the first tables that cannot be read and counts all, for a superuser too", async () => {
    expect(await checked(database, "read-tables", { role, schemas })).toMatchObject({
      outcome: "fail",
      message: `${role} cannot read 7 of 8 tables`,
      findings: ['Bill ing.In "voice" ü', "app.a", "app.b", "app.c", "app.d"].map((table) => ({
        object: `table ${table}`,
        needed: "SELECT",
      })),
      findingCount: 7,
    });
  });

  it("is pending while this deployment grants it", async () => {
    const plan = accessPlan({
      role: { name: role, create: false, superuser: true },
      databases: { [database.name]: { app: [], "Bill ing": [] } },
    });
    const delta = planDelta(undefined, plan);
    expect(await checked(database, "read-tables", { role, schemas, ...(delta && { delta }) })).toMatchObject({
      outcome: "pending",
    });
  });

  it("passes after the fix", async () => {
    await applyFix(await checked(database, "read-tables", { role, schemas }), database.session);
    expect(await checked(database, "read-tables", { role, schemas })).toMatchObject({
      outcome: "pass",
      message: "8 tables",
    });
  });

  it("passes for a member of the tables' owner", async () => {
    const [member, owner] = [database.role("member"), database.role("owner")];
    await database.run(`
      CREATE ROLE ${quoteIdentifier(owner)}; CREATE ROLE ${quoteIdentifier(member)};
      CREATE SCHEMA owned; CREATE TABLE owned.t (id int); ALTER TABLE owned.t OWNER TO ${quoteIdentifier(owner)};
    `);
    const question = { role: member, schemas: [{ name: "owned", owners: [] }] };
    expect(await checked(database, "read-tables", question)).toMatchObject({ outcome: "fail" });
    await database.run(`GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(member)}`);
    expect(await checked(database, "read-tables", question)).toMatchObject({ outcome: "pass" });
  });

  it("counts partitions and inheritance children in other schemas, and no other tables there", async () => {
    const reader = database.role("reader");
    const r = quoteIdentifier(reader);
    await database.run(`
      CREATE ROLE ${r}; CREATE SCHEMA asked; CREATE SCHEMA "Part s";
      CREATE TABLE asked.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE "Part s"."log 1" PARTITION OF asked.log DEFAULT;
      CREATE TABLE asked.base (id int); CREATE TABLE "Part s".child () INHERITS (asked.base);
      CREATE TABLE "Part s".unrelated (id int);
      GRANT SELECT ON ALL TABLES IN SCHEMA asked TO ${r}; GRANT USAGE ON SCHEMA asked, "Part s" TO ${r};
    `);
    const question = { role: reader, schemas: [{ name: "asked", owners: [] }] };
    const result = await checked(database, "read-tables", question);
    const where = "belongs to a table in a requested schema";
    expect(result).toMatchObject({
      outcome: "fail",
      message: `${reader} cannot read 2 of 4 tables`,
      findings: [
        { object: "table Part s.child", needed: "SELECT", where },
        { object: "table Part s.log 1", needed: "SELECT", where },
      ],
      fix: { sql: [`GRANT SELECT ON TABLE "Part s"."child", "Part s"."log 1" TO ${r};`] },
    });
    expect(result.fix?.text).toContain("Add Part s to the schemas");
    await applyFix(result, database.session);
    expect(await checked(database, "read-tables", question)).toMatchObject({ outcome: "pass" });
  });
});

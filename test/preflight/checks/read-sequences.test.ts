import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("read-sequences", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl x");
    await database.run(`
      CREATE ROLE ${quoteIdentifier(role)} SUPERUSER; CREATE SCHEMA app;
      CREATE TABLE app."Or der" (id serial); GRANT SELECT ON app."Or der" TO ${quoteIdentifier(role)};
    `);
  });
  afterAll(() => database.drop());

  it("fails for an unreadable sequence of a readable table, and passes after the fix", async () => {
    const result = await checked(database, "read-sequences", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `${role} cannot read 1 of 1 sequence`,
      findings: [{ object: "sequence app.Or der_id_seq", needed: "SELECT" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "read-sequences", { role })).toMatchObject({ outcome: "pass" });
  });

  it("counts sequences in other schemas that the tables use, and no others there", async () => {
    await database.run(`
      CREATE SCHEMA own; CREATE SCHEMA "Seq s"; CREATE SCHEMA parts;
      CREATE SEQUENCE "Seq s"."t's id"; CREATE SEQUENCE "Seq s".unrelated;
      CREATE TABLE own.t (id int DEFAULT nextval('"Seq s"."t''s id"'), n int GENERATED ALWAYS AS IDENTITY);
      CREATE TABLE parts.child (more serial) INHERITS (own.t);
      GRANT SELECT ON ALL SEQUENCES IN SCHEMA own TO ${quoteIdentifier(role)};`);
    const question = { role, schemas: [{ name: "own", owners: [] }] };
    const result = await checked(database, "read-sequences", question);
    const where = "belongs to a table in a requested schema";
    expect(result).toMatchObject({
      outcome: "fail",
      message: `${role} cannot read 2 of 3 sequences`,
      findings: [
        { object: "sequence Seq s.t's id", where },
        { object: "sequence parts.child_more_seq", where },
      ],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "read-sequences", question)).toMatchObject({ outcome: "pass" });
  });
});

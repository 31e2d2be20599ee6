import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("extensions", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("extensions", major);
    await database.run("CREATE SCHEMA app; CREATE SCHEMA other");
  });
  afterAll(() => database.drop());

  it("passes with only plpgsql, and lists other extensions", async () => {
    const bare = await checked(database, "extensions");
    expect(bare).toMatchObject({ outcome: "pass", message: "" });
    await database.run("CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA app");
    const { outcome, message } = await checked(database, "extensions");
    expect(outcome).toBe("pass");
    expect(message).toMatch(/^needed on a branch too: citext [\d.]+, hstore [\d.]+$/);
  });

  it("warns of rows in a table of an extension, unless it is excluded or emptied", async () => {
    await database.run(`
      CREATE TABLE app."Job s" (id int PRIMARY KEY); ALTER EXTENSION hstore ADD TABLE app."Job s";
      CREATE TABLE other.elsewhere (id int); ALTER EXTENSION hstore ADD TABLE other.elsewhere;
      INSERT INTO other.elsewhere VALUES (1)`);
    expect(await checked(database, "extensions")).toMatchObject({ outcome: "pass" });
    await database.run('INSERT INTO app."Job s" VALUES (1)');
    expect(await checked(database, "extensions")).toMatchObject({
      outcome: "warn",
      message: "1 table of extensions with rows that a branch may lack",
      findings: [{ object: "table app.Job s", current: "belongs to extension hstore and contains rows" }],
      fix: { sql: [] },
    });
    const decisions = { "app.Job s": "exclude" } as const;
    expect(await checked(database, "extensions", { decisions })).toMatchObject({ outcome: "pass" });
    await database.run('TRUNCATE app."Job s"');
    expect(await checked(database, "extensions")).toMatchObject({ outcome: "pass" });
  });

  it("only names a table whose rows the extension distinguishes by a condition, which is not run", async () => {
    await database.run(`
      INSERT INTO app."Job s" VALUES (1);
      UPDATE pg_extension SET extconfig = ARRAY['app."Job s"'::regclass::oid], extcondition = ARRAY['WHERE 1/0 = 1']
      WHERE extname = 'hstore'`);
    const { outcome, message } = await checked(database, "extensions");
    expect(outcome).toBe("pass");
    expect(message).toContain("rows that you added to app.Job s cannot be distinguished");
    await database.run(`
      CREATE TABLE app.both (id int); ALTER EXTENSION citext ADD TABLE app.both; INSERT INTO app.both VALUES (1)`);
    expect(await checked(database, "extensions")).toMatchObject({
      outcome: "warn",
      message:
        "1 table of extensions with rows that a branch may lack; rows that you added to app.Job s cannot be distinguished",
    });
    await database.run("UPDATE pg_extension SET extcondition = ARRAY[''] WHERE extname = 'hstore'");
    expect(await checked(database, "extensions")).toMatchObject({ outcome: "warn" });
  });
});

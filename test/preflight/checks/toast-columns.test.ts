import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("toast-columns", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("toast", major);
    await database.run(`
      CREATE SCHEMA app;
      CREATE TABLE app.small (id int PRIMARY KEY, body text); INSERT INTO app.small VALUES (1, 'x');
      CREATE TABLE app."Doc s" (id int PRIMARY KEY, body text);
      ALTER TABLE app."Doc s" ALTER body SET STORAGE EXTERNAL`);
    await database.run(`INSERT INTO app."Doc s" VALUES (1, repeat('x', 100000))`);
    await database.run('VACUUM app."Doc s"');
    await database.run("VACUUM app.small");
  });
  afterAll(() => database.drop());

  it("says which tables have large values, and passes under a key", async () => {
    expect(await checked(database, "toast-columns")).toMatchObject({
      outcome: "pass",
      message: "1 table with large values, which an UPDATE omits when it does not change them",
    });
  });

  it("warns of them under REPLICA IDENTITY FULL, unless the table is excluded", async () => {
    await database.run(
      'ALTER TABLE app."Doc s" REPLICA IDENTITY FULL; ALTER TABLE app.small REPLICA IDENTITY FULL',
    );
    expect(await checked(database, "toast-columns")).toMatchObject({
      outcome: "warn",
      message: "1 table with large values and REPLICA IDENTITY FULL",
      findings: [{ object: "table app.Doc s", needed: "a primary key as its identity" }],
      findingCount: 1,
      fix: { sql: [] },
    });
    const decisions = { "app.Doc s": "exclude" } as const;
    expect(await checked(database, "toast-columns", { decisions })).toMatchObject({ outcome: "pass" });
  });

  it("is right about both: FULL writes the large value, a key omits it", async () => {
    const slot = `toast_${database.name}`;
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    const update = async (identity: string) => {
      await database.run(`ALTER TABLE app."Doc s" REPLICA IDENTITY ${identity}`);
      await database.run('UPDATE app."Doc s" SET id = id');
      const changes = await database.session.query<{ data: string }>(
        "SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL, 'format-version', '2')",
        [slot],
      );
      return changes.map(({ data }) => data).find((data) => data.includes('"action":"U"')) ?? "";
    };
    expect(await update("DEFAULT")).not.toContain('"body"');
    expect((await update("FULL")).length).toBeGreaterThan(100_000);
  });
});

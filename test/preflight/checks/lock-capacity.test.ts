import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("lock-capacity", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({
      major,
      settings: { max_locks_per_transaction: "10", max_connections: "10" },
    });
    await source.run("CREATE SCHEMA app");
    const tables = Array.from(
      { length: 101 },
      (_, number) => `CREATE TABLE app.t${number} (id int PRIMARY KEY)`,
    );
    await source.run(...tables);
  });
  afterAll(() => source.stop());

  /** How many relations a session holds a lock on after what pg_dump does to these tables. */
  const lockedWith = async (tables: string) => {
    const locked = await source.exec([
      "psql",
      "-AtqX",
      ...["BEGIN", `LOCK TABLE ${tables} IN ACCESS SHARE MODE`].flatMap((statement) => ["-c", statement]),
      "-c",
      "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384",
    ]);
    return Number(locked);
  };

  it("passes with as many tables as locks", async () => {
    expect(
      await source.judge("lock-capacity", { request: { schemas: [{ name: "public", owners: [] }] } }),
    ).toMatchObject({ outcome: "pass", message: "0 tables, at most 100 locks" });
    await source.run("ALTER TABLE app.t0 SET SCHEMA public");
    expect(
      await source.judge("lock-capacity", { request: { schemas: [{ name: "app", owners: [] }] } }),
    ).toMatchObject({ outcome: "pass", message: "100 tables, at most 100 locks" });
  });

  it("warns with one more, until its fix is applied", async () => {
    const result = await source.judge("lock-capacity");
    expect(result).toMatchObject({
      outcome: "warn",
      message: "101 tables, but at most 100 locks for all sessions together",
      findings: [{ object: "max_locks_per_transaction", current: "10", needed: "at least 11" }],
      fix: { sql: ["ALTER SYSTEM SET max_locks_per_transaction = 11;"], effect: "restart" },
    });
    await source.run(...(result.fix?.sql ?? []));
    await source.restart();
    expect(await source.judge("lock-capacity")).toMatchObject({
      outcome: "pass",
      message: "101 tables, at most 110 locks",
    });
  });

  it("counts each table that pg_dump locks, children in other schemas included", async () => {
    await source.run(
      "CREATE SCHEMA parents",
      "CREATE TABLE parents.p (id int PRIMARY KEY, name text) PARTITION BY LIST (id)",
      "CREATE INDEX ON parents.p (name)",
      "CREATE TABLE app.part PARTITION OF parents.p DEFAULT",
      "CREATE TABLE parents.q (id int)",
      "CREATE TABLE app.child () INHERITS (parents.q)",
    );
    expect(await lockedWith("parents.p, parents.q")).toBe(4);
    expect(
      await source.judge("lock-capacity", { request: { schemas: [{ name: "parents", owners: [] }] } }),
    ).toMatchObject({ outcome: "pass", message: expect.stringMatching(/^4 tables, at most 1\d0 locks$/) });
  });
});

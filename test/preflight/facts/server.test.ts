import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../../src/postgres/session";
import { readServerFacts } from "../../../src/preflight/facts/server";
import { MAJORS } from "../../support/postgres";
import { type TestDatabase, testDatabase } from "../test-database";

describe.each(MAJORS)("the settings and slots of a Postgres %i", (major) => {
  let database: TestDatabase;
  let role: string;
  let reader: string;
  beforeAll(async () => {
    database = await testDatabase("server", major);
    role = database.role("ardent");
    reader = database.role("reader");
    await database.run(`CREATE ROLE "${role}"; CREATE ROLE "${reader}" LOGIN SUPERUSER PASSWORD 'right'`);
  });
  afterAll(() => database.drop());

  /** As preflight reads: with time-outs of its own, read-only. */
  const read = async (user?: string) => {
    const session = await openSession(database.login(user, user && "right"), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 1_234,
      lockTimeoutMs: 1_235,
      readOnly: true,
    });
    try {
      return await readServerFacts(session, role);
    } finally {
      await session.close();
    }
  };

  it("do not include what the reader's session sets for itself", async () => {
    const { settings } = await read();
    for (const name of ["statement_timeout", "lock_timeout"] as const)
      expect(settings[name]).toEqual({ value: "0", source: "default" });
    expect(settings.default_transaction_read_only).toEqual({ value: "off", source: "default" });
  });

  it("do not include settings of the reader's role, but those of the role and the database", async () => {
    await database.run(`ALTER ROLE "${reader}" SET statement_timeout = '3s'`);
    await database.run(`ALTER DATABASE "${database.name}" SET lock_timeout = '4s'`);
    await database.run(
      `ALTER ROLE "${role}" IN DATABASE "${database.name}" SET idle_in_transaction_session_timeout = '5s'`,
    );
    const { settings } = await read(reader);
    expect(settings.statement_timeout).toEqual({ value: "0", source: "default" });
    expect(settings.lock_timeout).toEqual({ value: "4000", source: `database ${database.name}` });
    expect(settings.idle_in_transaction_session_timeout).toEqual({
      value: "5000",
      source: `role ${role} in database ${database.name}`,
    });
  });

  it("are written as Postgres reads them, in any notation", async () => {
    const set = (setting: string) => database.run(`ALTER ROLE "${role}" SET ${setting}`);
    await set("default_transaction_read_only = 'tru'");
    await set("statement_timeout = '0x3E8'");
    await set("lock_timeout = '1e1 s'");
    await set("idle_in_transaction_session_timeout = '0.4ms'");
    await database.run(`ALTER ROLE "${role}" IN DATABASE "${database.name}" RESET ALL`);
    const { settings } = await read();
    expect(settings.default_transaction_read_only?.value).toBe("on");
    expect(settings.statement_timeout?.value).toBe("1000");
    expect(settings.lock_timeout?.value).toBe("10000");
    expect(settings.idle_in_transaction_session_timeout?.value).toBe("0");
  });

  it("are those of other roles if the reader's role has a setting only in another database", async () => {
    await database.run(`ALTER ROLE "${reader}" RESET ALL`);
    await database.run(`ALTER ROLE "${reader}" IN DATABASE postgres SET statement_timeout = '3s'`);
    await database.run(`ALTER ROLE "${role}" RESET ALL`);
    expect((await read(reader)).settings.statement_timeout).toEqual({ value: "0", source: "default" });
  });

  it("show every role that turns off event triggers", async () => {
    await database.run(`ALTER ROLE "${reader}" SET session_replication_role = replica`);
    await database.run(`ALTER DATABASE "${database.name}" SET session_replication_role = origin`);
    expect((await read()).triggerSettings).toEqual([
      { name: "session_replication_role", value: "replica", role: reader },
      { name: "session_replication_role", value: "origin", database: database.name },
    ]);
  });

  it("show what a slot retains, and whether it survives a promotion", async () => {
    const slot = `slot_${database.name}`;
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    const { slots } = await read();
    expect(slots.find(({ name }) => name === slot)).toEqual({
      name: slot,
      plugin: "wal2json",
      database: database.name,
      temporary: false,
      active: false,
      walStatus: "reserved",
      retainedBytes: expect.any(Number),
      ...(major >= 17 ? { failover: false } : {}),
    });
  });
});

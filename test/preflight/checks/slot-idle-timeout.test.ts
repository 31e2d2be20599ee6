import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checked } from "../checked";
import { type Source, startSource } from "../source";
import { type TestDatabase, testDatabase } from "../test-database";

describe("slot-idle-timeout", () => {
  let source: Source;
  let older: TestDatabase;
  beforeAll(async () => {
    source = await startSource({ major: 18 });
    older = await testDatabase();
  });
  afterAll(async () => {
    await source.stop();
    await older.drop();
  });

  const set = (value: string) =>
    source.run(`ALTER SYSTEM SET idle_replication_slot_timeout = '${value}'`, "SELECT pg_reload_conf()");

  it("passes before Postgres 18, which has no such limit", async () => {
    expect(await checked(older, "slot-idle-timeout")).toMatchObject({
      outcome: "pass",
      message: "this release has no such limit",
    });
  });

  it("passes without limit, and with a long one", async () => {
    expect(await source.judge("slot-idle-timeout")).toMatchObject({
      outcome: "pass",
      message: "without limit",
    });
    await set("2d");
    expect(await source.judge("slot-idle-timeout")).toMatchObject({
      outcome: "pass",
      message: "up to 172800 s",
    });
  });

  it("warns with one of less than a day, until its fix is applied", async () => {
    await set("12h");
    expect((await source.judge("slot-idle-timeout")).outcome).toBe("warn");
    await set("2min");
    const result = await source.judge("slot-idle-timeout");
    expect(result).toMatchObject({
      outcome: "warn",
      message: "a slot that nobody reads for 120 s is lost",
      findings: [{ object: "idle_replication_slot_timeout", current: "120 s" }],
      fix: { sql: ["ALTER SYSTEM SET idle_replication_slot_timeout = '1d';"], effect: "reload" },
    });
    await source.run(...(result.fix?.sql ?? []), "SELECT pg_reload_conf()");
    expect(await source.judge("slot-idle-timeout")).toMatchObject({
      outcome: "pass",
      message: "up to 86400 s",
    });
  });
});

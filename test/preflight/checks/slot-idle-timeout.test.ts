import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";
import { testDatabase } from "../test-database";

const BEFORE_18 = "this Postgres version has no such limit";

describeCheck("slot-idle-timeout", { cannotFail: BEFORE_18 }, (major) => {
  if (major < 18) {
    it("passes before Postgres 18, which has no such limit", async () => {
      const database = await testDatabase("preflight", major);
      expect(await checked(database, "slot-idle-timeout")).toMatchObject({
        outcome: "pass",
        message: BEFORE_18,
      });
      await database.drop();
    });
    return;
  }

  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const set = (value: string) =>
    source.run(`ALTER SYSTEM SET idle_replication_slot_timeout = '${value}'`, "SELECT pg_reload_conf()");

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
      message: "a slot that is inactive for 120 s is lost",
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

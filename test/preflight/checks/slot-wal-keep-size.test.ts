import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("slot-wal-keep-size", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const set = (value: string) =>
    source.run(`ALTER SYSTEM SET max_slot_wal_keep_size = '${value}'`, "SELECT pg_reload_conf()");

  it("passes without limit, and says what that means", async () => {
    expect(await source.judge("slot-wal-keep-size")).toMatchObject({
      outcome: "pass",
      message: "unlimited; an unread slot can fill the disk",
    });
  });

  it("passes with a limit of a gigabyte and more", async () => {
    await set("20GB");
    expect(await source.judge("slot-wal-keep-size")).toMatchObject({
      outcome: "pass",
      message: "up to 20480 MB of WAL",
    });
  });

  it.each([
    ["fail", "0", "a slot that lags behind at all is lost: 0 MB retains nothing"],
    ["warn", "64MB", "a slot that lags more than 64 MB behind is lost"],
  ])("says %s with a limit of %s, until its fix is applied", async (outcome, limit, message) => {
    await set(limit);
    const result = await source.judge("slot-wal-keep-size");
    expect(result).toMatchObject({
      outcome,
      message: expect.stringContaining(message),
      findings: [
        {
          object: "max_slot_wal_keep_size",
          current: `${Number.parseInt(limit, 10)} MB`,
          where: expect.stringContaining("postgresql.auto.conf:"),
        },
      ],
      fix: { sql: ["ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';"], effect: "reload" },
    });
    await source.run(...(result.fix?.sql ?? []));
    expect(await source.judge("slot-wal-keep-size")).toMatchObject({
      outcome,
      fix: { text: expect.stringContaining("is already set to 10GB in the settings files"), sql: [] },
    });
    await source.run("SELECT pg_reload_conf()");
    expect((await source.judge("slot-wal-keep-size")).outcome).toBe("pass");
  });
});

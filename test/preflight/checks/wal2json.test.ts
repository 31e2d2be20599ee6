import { afterAll, beforeAll, expect, it } from "vitest";
import { openSession } from "../../../src/postgres/session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("wal2json", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  const probe = { probes: { slot: true, login: true } };

  it("passes if a superuser can load it, without a slot", async () => {
    expect(await source.judge("wal2json")).toMatchObject({ outcome: "pass", message: "" });
  });

  it("passes if a temporary slot can be created, and leaves none", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("wal2json", { admin: role, role, ...probe })).toMatchObject({
      outcome: "pass",
      message: "a temporary slot was created and dropped",
    });
    const session = await openSession(source.admin, {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    expect(await session.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
    await session.close();
  });

  // It waits for seconds, and for what is the same on every version.
  it.runIf(major === 18)("passes where the slot has to wait for an open transaction", async () => {
    const writer = await openSession(source.admin, {
      applicationName: "writer",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
    });
    await writer.query("BEGIN");
    await writer.query("SELECT pg_current_xact_id()");
    const role = source.as("ardent", "right");
    expect(await source.judge("wal2json", { admin: role, role, ...probe })).toMatchObject({
      outcome: "pass",
      message: "installed; a slot waits for open transactions to end",
    });
    await writer.query("ROLLBACK");
    await writer.close();
  });

  it("is skipped if nothing shows it", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("wal2json", { admin: role, role })).toMatchObject({
      outcome: "skipped",
      message: "no slot is created in this run",
    });
  });

  it("fails if the server finds no such library, by loading and by the slot", async () => {
    await source.run("ALTER SYSTEM SET dynamic_library_path = '/nowhere'");
    await source.restart();
    const missing = {
      outcome: "fail",
      message: "wal2json is not installed",
      fix: {
        text: `Install the package on the server: postgresql-${major}-wal2json (Debian, Ubuntu) or wal2json_${major} (RHEL family).`,
      },
    };
    expect(await source.judge("wal2json")).toMatchObject(missing);
    const role = source.as("ardent", "right");
    expect(await source.judge("wal2json", { admin: role, role, ...probe })).toMatchObject(missing);
  });
});

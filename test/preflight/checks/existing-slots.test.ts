import { afterAll, beforeAll, expect, it } from "vitest";
import { openSession } from "../../../src/postgres/session";
import { existingSlots } from "../../../src/preflight/checks/existing-slots";
import { evaluate } from "../../../src/preflight/evaluate";
import { readServerFacts } from "../../../src/preflight/facts/server";
import { describeCheck } from "../describe-check";
import { factsWith, request } from "../sample-facts";
import { type Source, startSource } from "../source";

describeCheck("existing-slots", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({
      major,
      settings: { max_slot_wal_keep_size: "1MB", min_wal_size: "32MB", max_wal_size: "64MB" },
    });
  });
  afterAll(() => source.stop());

  it("passes with slots that retain little, active or not", async () => {
    await source.run("SELECT pg_create_logical_replication_slot('others', 'wal2json')");
    expect(await source.judge("existing-slots")).toMatchObject({ outcome: "pass", pointInTime: true });
  });

  it("warns of a slot that retains much, active or not", async () => {
    const session = await openSession(source.admin, {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    const server = await readServerFacts(session, "ardent");
    await session.close();
    const judge = (grown: object) => {
      const slots = server.slots.map((slot) => ({ ...slot, ...grown }));
      const facts = {
        ...factsWith({ kind: "skipped", reason: "not asked for" }),
        server: { kind: "read", value: { ...server, slots } },
      } as const;
      return evaluate(request, facts, [existingSlots]).checks[0];
    };
    expect(judge({ retainedBytes: 2 ** 30 })).toMatchObject({
      outcome: "warn",
      findings: [{ object: "slot others", current: "inactive, retains 1024 MB of WAL" }],
      fix: { sql: [] },
    });
    expect(judge({ retainedBytes: 2 ** 30 - 1 })).toMatchObject({ outcome: "pass" });
    const read = (retainedBytes: number) => judge({ retainedBytes, active: true });
    expect(read(10 * 2 ** 30 - 1)).toMatchObject({ outcome: "pass" });
    expect(read(10 * 2 ** 30)).toMatchObject({
      outcome: "warn",
      findings: [{ object: "slot others", current: "active, but far behind, retains 10240 MB of WAL" }],
    });
    expect(judge({ walStatus: "unreserved", active: true })).toMatchObject({
      outcome: "warn",
      findings: [{ current: "about to lose required WAL" }],
    });
  });

  it("warns of a slot that has lost its WAL, and leaves Ardent's own to the check of that slot", async () => {
    await source.run("SELECT pg_create_logical_replication_slot('pgstream_postgres_slot', 'wal2json')");
    const write = ["SELECT pg_logical_emit_message(false, 'test', 'x')", "SELECT pg_switch_wal()"];
    await source.run(...[1, 2, 3, 4, 5].flatMap(() => write), "CHECKPOINT");
    expect(await source.judge("existing-slots")).toMatchObject({
      outcome: "warn",
      message: "1 other replication slot lost or not being read",
      findings: [{ object: "slot others", current: expect.stringMatching(/^lost/) }],
    });
    await source.run("SELECT pg_drop_replication_slot('others')");
    expect((await source.judge("existing-slots")).outcome).toBe("pass");
  });
});

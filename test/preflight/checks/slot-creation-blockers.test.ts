import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../../../src/postgres/session";
import type { Activity } from "../../../src/preflight/facts/activity";
import { applicationSession } from "../../support/application-session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("slot-creation-blockers", (major) => {
  let source: Source;
  let writer: Session;
  let reader: Session;
  beforeAll(async () => {
    source = await startSource({ major, settings: { max_prepared_transactions: "2" } });
    await source.run(
      "CREATE TABLE t (id int)",
      "CREATE ROLE plain LOGIN REPLICATION PASSWORD 'right'",
      "CREATE DATABASE other",
    );
    const open = (database = "postgres") =>
      applicationSession(
        { ...source.admin, database },
        {
          applicationName: "somebody's",
          connectTimeoutMs: 10_000,
          statementTimeoutMs: 10_000,
        },
      );
    [writer, reader] = await Promise.all([open(), open("other")]);
  });
  afterAll(async () => {
    await Promise.all([writer.close(), reader.close()]);
    await source.stop();
  });

  /** What is judged when what is open now has been open for this much longer. */
  const judgeLater = (seconds: number) =>
    source.judge("slot-creation-blockers", {
      amend: ({ activity, ...facts }) => {
        if (activity.kind !== "read") throw new Error(activity.reason);
        const { transactions, prepared, ...others } = activity.value;
        const value: Activity = {
          ...others,
          transactions: transactions.map((one) => ({ ...one, seconds: one.seconds + seconds })),
          prepared: prepared.map((one) => ({ ...one, seconds: one.seconds + seconds })),
        };
        return { ...facts, activity: { kind: "read", value } };
      },
    });

  it("passes while writing transactions are young, and reading ones are old", async () => {
    await writer.query("BEGIN");
    await writer.query("INSERT INTO t VALUES (1)");
    expect(await source.judge("slot-creation-blockers")).toMatchObject({ outcome: "pass" });
    await writer.query("ROLLBACK");
    await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await reader.query("SELECT * FROM pg_class");
    expect(await judgeLater(3600)).toMatchObject({ outcome: "pass" });
    await reader.query("ROLLBACK");
  });

  it.each([
    ["has written", "INSERT INTO t VALUES (1)"],
    ["has locked a table", "LOCK TABLE t IN ACCESS EXCLUSIVE MODE"],
    ["has DDL uncommitted", "CREATE TABLE uncommitted ()"],
  ])("fails while a transaction that %s has been open for a minute", async (_, statement) => {
    await writer.query("BEGIN");
    await writer.query(statement);
    expect(await judgeLater(60)).toMatchObject({
      outcome: "fail",
      findings: [{ object: `process ${writer.backendPid}` }],
    });
    await writer.query("ROLLBACK");
  });

  it("fails while a writing transaction has been open for a minute, prepared or not, in any database", async () => {
    await writer.query("BEGIN");
    await writer.query("INSERT INTO t VALUES (1)");
    await reader.query("BEGIN");
    await reader.query("CREATE TABLE t (id int)");
    await reader.query("PREPARE TRANSACTION 'left behind'");
    expect(await judgeLater(60)).toMatchObject({
      outcome: "fail",
      pointInTime: true,
      message: "2 open transactions keep a slot from being created",
      findings: [
        {
          object: `process ${writer.backendPid}`,
          current: expect.stringMatching(/^open for \d+ s$/),
          where: "postgres, somebody's, postgres",
        },
        { object: "prepared transaction left behind", where: "postgres, other" },
      ],
      fix: { sql: [] },
    });
    await writer.query("COMMIT");
    await reader.query("ROLLBACK PREPARED 'left behind'");
    expect(await judgeLater(60)).toMatchObject({ outcome: "pass" });
  });

  describe("with a temporary slot", () => {
    const probe = () => {
      const plain = source.as("plain", "right");
      return source.judge("slot-creation-blockers", {
        admin: plain,
        role: plain,
        probes: { slot: true, login: true },
      });
    };

    it("passes if it can be created, even if the user cannot see the transactions", async () => {
      expect(await probe()).toMatchObject({ outcome: "pass", message: "a temporary slot was created" });
    });

    it("fails where it timed out, naming what it waited for, which every user can see", async () => {
      await reader.query("BEGIN");
      await reader.query("CREATE TABLE uncommitted ()");
      expect(await probe()).toMatchObject({
        outcome: "fail",
        message: "1 open transaction keeps a slot from being created",
        findings: [
          {
            object: `process ${reader.backendPid}`,
            current: "open",
            where: "postgres, somebody's, other",
          },
        ],
      });
      await reader.query("ROLLBACK");
    });

    it("fails if it timed out on a prepared transaction, even a new one", async () => {
      await reader.query("BEGIN");
      await reader.query("CREATE TABLE uncommitted ()");
      await reader.query("PREPARE TRANSACTION 'just now'");
      expect(await probe()).toMatchObject({
        outcome: "fail",
        findings: [
          {
            object: "prepared transaction just now",
            current: expect.stringMatching(/^open for \d+ s$/),
            where: "postgres, other",
          },
        ],
      });
      await reader.query("ROLLBACK PREPARED 'just now'");
    });
  });

  it("is skipped for a user who cannot see other transactions", async () => {
    expect(
      await source.judge("slot-creation-blockers", { admin: source.as("plain", "right") }),
    ).toMatchObject({
      outcome: "skipped",
      message: "this user cannot see how long other transactions have been open",
    });
  });

  it("passes once our slot exists", async () => {
    await source.run("SELECT pg_create_logical_replication_slot('pgstream_postgres_slot', 'wal2json')");
    const service = { kind: "read", value: { connector: { id: "con_1", name: "shop" } } } as const;
    expect(await source.judge("slot-creation-blockers", { service })).toMatchObject({
      outcome: "pass",
      message: "the slot exists",
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { readActivity } from "../../../src/preflight/facts/activity";
import { applicationSession } from "../../support/application-session";
import { MAJORS } from "../../support/postgres";
import { type Source, startSource } from "../source";

describe.each(MAJORS)("the activity of a Postgres %i", (major) => {
  let source: Source;
  let session: Session;
  const opened: Session[] = [];
  const open = async (...statements: string[]) => {
    const other = await applicationSession(source.admin, {
      applicationName: "somebody's",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    opened.push(other);
    for (const statement of statements) await other.query(statement);
    return other;
  };
  beforeAll(async () => {
    source = await startSource({ major, settings: { max_prepared_transactions: "2" } });
    await source.run("CREATE TABLE t (id int)", "CREATE ROLE plain LOGIN PASSWORD 'right'");
    session = await open();
  });
  afterAll(async () => {
    for (const other of opened) await other.close();
    await source.stop();
  });

  it("includes open writing transactions, idle ones and prepared ones", async () => {
    const writer = await open("BEGIN", "INSERT INTO t VALUES (1)");
    const reader = await open("BEGIN", "SELECT * FROM t");
    await open("BEGIN", "INSERT INTO t VALUES (2)", "PREPARE TRANSACTION 'left behind'");
    const { transactions, ...activity } = await readActivity(session, "preflight");
    const transaction = { user: "postgres", database: "postgres", application: "somebody's" };
    expect(transactions.toSorted((a, b) => Number(b.hasXid) - Number(a.hasXid))).toEqual([
      {
        ...transaction,
        pid: writer.backendPid,
        hasXid: true,
        seconds: expect.any(Number),
        idleSeconds: expect.any(Number),
      },
      {
        ...transaction,
        pid: reader.backendPid,
        hasXid: false,
        seconds: expect.any(Number),
        idleSeconds: expect.any(Number),
      },
    ]);
    expect(activity).toEqual({
      allVisible: true,
      connections: 3,
      prepared: [
        { gid: "left behind", owner: "postgres", database: "postgres", seconds: expect.any(Number) },
      ],
    });
  });

  it("is hidden from a user without the privilege, except for the number", async () => {
    const plain = await openSession(source.as("plain", "right"), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    expect(await readActivity(plain, "preflight")).toMatchObject({
      allVisible: false,
      connections: 4,
      transactions: [],
    });
    await plain.close();
  });
});

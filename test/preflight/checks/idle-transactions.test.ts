import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { idleTransactions } from "../../../src/preflight/checks/idle-transactions";
import { evaluate } from "../../../src/preflight/evaluate";
import { readActivity } from "../../../src/preflight/facts/activity";
import { MAJORS } from "../../support/postgres";
import { factsWith, request } from "../sample-facts";
import { type Source, startSource } from "../source";

describe.each(MAJORS)("idle-transactions on Postgres %i", (major) => {
  let source: Source;
  let idle: Session;
  let observer: Session;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run("CREATE ROLE plain LOGIN PASSWORD 'right'");
    const open = (applicationName: string) =>
      openSession(source.admin, { applicationName, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 });
    [idle, observer] = await Promise.all([open("report"), open("test")]);
  });
  afterAll(async () => {
    await Promise.all([idle.close(), observer.close()]);
    await source.stop();
  });

  /** What is judged when who is idle now has been idle for this much longer. */
  const judgeLater = async (seconds: number) => {
    const { transactions, ...activity } = await readActivity(observer);
    const older = transactions.map((one) => ({
      ...one,
      ...(one.idleSeconds === undefined ? {} : { idleSeconds: one.idleSeconds + seconds }),
    }));
    const facts = {
      ...factsWith({ kind: "skipped", reason: "not asked for" }),
      activity: { kind: "read", value: { ...activity, transactions: older } },
    } as const;
    return evaluate(request, facts, [idleTransactions]).checks[0];
  };

  it("passes while nobody has been idle for long", async () => {
    expect(await judgeLater(300)).toMatchObject({ outcome: "pass", momentary: true });
    await idle.query("BEGIN");
    expect(await source.judge("idle-transactions")).toMatchObject({ outcome: "pass" });
  });

  it("warns of who has been idle in a transaction for five minutes, until it ends", async () => {
    expect(await judgeLater(300)).toMatchObject({
      outcome: "warn",
      message: "1 session left a transaction open",
      findings: [
        {
          object: `process ${idle.backendPid}`,
          current: expect.stringMatching(/^idle in a transaction for \d+ s$/),
          where: "postgres, report, postgres",
        },
      ],
      fix: { sql: [], effect: "none" },
    });
    await idle.query("ROLLBACK");
    expect(await judgeLater(300)).toMatchObject({ outcome: "pass" });
  });

  it("is skipped for a user who does not see the sessions of others", async () => {
    expect(await source.judge("idle-transactions", { admin: source.as("plain", "right") })).toMatchObject({
      outcome: "skipped",
      message: "this user does not see what sessions of others do",
    });
  });
});

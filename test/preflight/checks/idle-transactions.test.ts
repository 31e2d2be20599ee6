import { afterAll, beforeAll, expect, it } from "vitest";
import type { Session } from "../../../src/postgres/session";
import { applicationSession } from "../../support/application-session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("idle-transactions", (major) => {
  let source: Source;
  let idle: Session;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run("CREATE ROLE plain LOGIN PASSWORD 'right'");
    idle = await applicationSession(source.admin, {
      applicationName: "report",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
  });
  afterAll(async () => {
    await idle.close();
    await source.stop();
  });

  /** What is judged when who is idle now has been idle for this much longer. */
  const judgeLater = (seconds: number) =>
    source.judge("idle-transactions", {
      amend: ({ activity, ...facts }) => {
        if (activity.kind !== "read") throw new Error(activity.reason);
        const transactions = activity.value.transactions.map((one) => ({
          ...one,
          ...(one.idleSeconds === undefined ? {} : { idleSeconds: one.idleSeconds + seconds }),
        }));
        return { ...facts, activity: { kind: "read", value: { ...activity.value, transactions } } };
      },
    });

  it("passes while no session has been idle for long", async () => {
    expect(await judgeLater(300)).toMatchObject({ outcome: "pass", pointInTime: true });
    await idle.query("BEGIN");
    expect(await source.judge("idle-transactions")).toMatchObject({ outcome: "pass" });
  });

  it("warns of a session that has been idle in a transaction for five minutes, until it ends", async () => {
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

  it("is skipped for a user who cannot see other sessions", async () => {
    expect(await source.judge("idle-transactions", { admin: source.as("plain", "right") })).toMatchObject({
      outcome: "skipped",
      message: "this user cannot see what other sessions do",
    });
  });
});

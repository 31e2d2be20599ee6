import { afterAll, beforeAll, expect, it } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("connection-headroom", { byVersion: true }, (major) => {
  let source: Source;
  const opened: Session[] = [];
  /** From 16 on some can be reserved for roles that are no superusers. */
  const reserved = major >= 16 ? 5 : 3;
  beforeAll(async () => {
    source = await startSource({
      major,
      settings: { max_connections: "30", ...(major >= 16 ? { reserved_connections: "2" } : {}) },
    });
  });
  afterAll(async () => {
    for (const session of opened) await session.close();
    await source.stop();
  });

  it("passes while 16 are free, WAL senders and reserved ones not counted", async () => {
    opened.push(
      await openSession(source.admin, {
        applicationName: "somebody's",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 10_000,
        replication: "database",
      }),
    );
    expect(await source.judge("connection-headroom")).toMatchObject({
      outcome: "pass",
      pointInTime: true,
      message: `${30 - reserved} of 30 free`,
    });
  });

  it("warns with fewer, until its fix is applied", async () => {
    for (let count = 0; count < 12; count += 1)
      opened.push(
        await openSession(source.admin, {
          applicationName: "somebody's",
          connectTimeoutMs: 10_000,
          statementTimeoutMs: 10_000,
        }),
      );
    const result = await source.judge("connection-headroom");
    const needed = 12 + reserved + 16;
    expect(result).toMatchObject({
      outcome: "warn",
      message: `${30 - reserved - 12} of 30 connections are free`,
      findings: [
        {
          object: "max_connections",
          current: `30, 12 in use, ${reserved} reserved`,
          needed: `at least ${needed}`,
        },
      ],
      fix: { sql: [`ALTER SYSTEM SET max_connections = ${needed};`], effect: "restart" },
    });
    for (const session of opened.splice(0)) await session.close();
    await source.run(...(result.fix?.sql ?? []));
    await source.restart();
    expect(await source.judge("connection-headroom")).toMatchObject({
      outcome: "pass",
      message: expect.stringMatching(new RegExp(`of ${needed} free$`)),
    });
  });
});

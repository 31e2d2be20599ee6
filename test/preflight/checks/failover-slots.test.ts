import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";
import { testDatabase } from "../test-database";

const SLOT = "pgstream_postgres_slot";

const BEFORE_17 = "before Postgres 17, logical slots do not survive a promotion";

describeCheck("failover-slots", { cannotFail: BEFORE_17 }, (major) => {
  if (major < 17) {
    it("is skipped before Postgres 17, where no slot survives", async () => {
      const database = await testDatabase("failover", major);
      expect(await checked(database, "failover-slots")).toMatchObject({
        outcome: "skipped",
        message: BEFORE_17,
      });
      await database.drop();
    });
    return;
  }

  let source: Source;
  beforeAll(async () => {
    source = await startSource({
      major,
      hba: ["local all all trust", "local replication all trust", "host all all all scram-sha-256"],
    });
    await source.run("CREATE ROLE plain LOGIN PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  const judge = () => source.judge("failover-slots");

  it("is skipped while there is no slot", async () => {
    expect(await judge()).toMatchObject({
      outcome: "skipped",
      message: "Ardent's slot does not exist yet",
    });
  });

  it("passes while no standby is connected, and warns when one is, until the slot is marked", async () => {
    await source.run(`SELECT pg_create_logical_replication_slot('${SLOT}', 'wal2json')`);
    expect(await judge()).toMatchObject({ outcome: "pass", message: "no standby is connected" });

    await source.exec([
      "sh",
      "-c",
      `pg_basebackup -D /tmp/standby -R && chmod 700 /tmp/standby &&
       pg_ctl -D /tmp/standby -l /tmp/standby.log -o "-p 5433 -c ssl=off -c cluster_name=second" -w start > /dev/null`,
    ]);
    await vi.waitFor(async () => expect((await judge()).outcome).toBe("warn"), {
      timeout: 20_000,
      interval: 200,
    });
    expect(await judge()).toMatchObject({
      message: `a promoted standby will not have slot ${SLOT}`,
      findings: [
        {
          object: `slot ${SLOT}`,
          current: "not synchronized to second",
          where: "pg_replication_slots.failover",
        },
      ],
      fix: { sql: [], text: expect.stringContaining(`ALTER_REPLICATION_SLOT ${SLOT} ( FAILOVER true )`) },
      pointInTime: true,
    });
    expect(await source.judge("failover-slots", { admin: source.as("plain", "right") })).toMatchObject({
      outcome: "skipped",
      message: "this user cannot see standbys",
    });

    await source.exec([
      "psql",
      "dbname=postgres replication=database",
      "-c",
      `ALTER_REPLICATION_SLOT ${SLOT} ( FAILOVER true )`,
    ]);
    expect((await judge()).outcome).toBe("pass");
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import type { Session } from "../../../src/postgres/session";
import { pgstreamSlotName } from "../../../src/preflight/facts/replication-artifacts";
import { applicationSession } from "../../support/application-session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

/** Longer than a slot's name has room for, and the same up to where it is cut. */
const LONG = { first: `${"x".repeat(56)}_1`, second: `${"x".repeat(56)}_2` };

describeCheck("slot-name", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    for (const database of ["shop", "shop-1", "shop.1", "Größe", 'two "words"', ...Object.values(LONG)])
      await source.run(`CREATE DATABASE ${quoteIdentifier(database)}`);
  });
  afterAll(() => source.stop());

  const login = (database: string) => ({ ...source.admin, database });
  const judge = (database: string) => {
    const admin = login(database);
    return source.judge("slot-name", {
      admin,
      request: { source: { host: admin.host, port: admin.port, database } },
    });
  };
  /** Does something in a database, in a session that is closed afterwards. */
  const within = async <Result>(database: string, act: (session: Session) => Promise<Result>) => {
    const session = await applicationSession(login(database), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    try {
      return await act(session);
    } finally {
      await session.close();
    }
  };
  /** Creates the slot as pgstream does. */
  const create = (database: string, plugin = "wal2json") =>
    within(database, async (session) => {
      const [slot] = await session.query<{ name: string }>(
        `SELECT slot_name AS name FROM pg_create_logical_replication_slot('${pgstreamSlotName(database)}', '${plugin}')`,
      );
      return slot?.name;
    });
  const drop = (database: string) =>
    within(database, (session) =>
      session.query("SELECT pg_drop_replication_slot($1)", [pgstreamSlotName(database)]),
    );

  it("passes with a free name, and with Ardent's own slot", async () => {
    expect(await judge("shop")).toMatchObject({ outcome: "pass", message: "pgstream_shop_slot" });
    expect(await create("shop")).toBe("pgstream_shop_slot");
    expect(await judge("shop")).toMatchObject({ outcome: "pass" });
  });

  it.each(["Größe", 'two "words"'])("fails if Postgres rejects the name, for database %s", async (name) => {
    await expect(create(name)).rejects.toMatchObject({ code: "42602" });
    const slot = pgstreamSlotName(name);
    expect(await judge(name)).toMatchObject({
      outcome: "fail",
      message: `Ardent's slot for database ${name} would have an invalid name`,
      findings: [
        { object: `slot ${slot}`, current: "not a valid name", needed: "only a to z, 0 to 9 and _" },
      ],
      fix: { sql: [], text: expect.stringContaining("rename the database") },
    });
  });

  it("fails where another database's slot has the name", async () => {
    await create("shop-1");
    expect(await judge("shop.1")).toMatchObject({
      outcome: "fail",
      message: "another slot has the name of Ardent's slot: pgstream_shop_1_slot",
      findings: [
        {
          object: "slot pgstream_shop_1_slot",
          current: "a wal2json slot in database shop-1",
          needed: "a free name",
        },
      ],
      fix: { sql: [] },
    });
    await drop("shop-1");
    expect(await judge("shop.1")).toMatchObject({ outcome: "pass" });
  });

  it("fails if the name is truncated to that of another database's slot", async () => {
    const cut = `pgstream_${"x".repeat(54)}`;
    expect(await create(LONG.first)).toBe(cut);
    await expect(create(LONG.second)).rejects.toMatchObject({ code: "42710" });
    expect(await judge(LONG.second)).toMatchObject({
      outcome: "fail",
      findings: [{ object: `slot ${cut}`, current: `a wal2json slot in database ${LONG.first}` }],
    });
    await drop(LONG.first);
    expect(await judge(LONG.second)).toMatchObject({ outcome: "pass", message: cut });
  });

  it("fails where a slot of another plugin or a physical one has the name", async () => {
    await create("shop.1", "test_decoding");
    expect(await judge("shop.1")).toMatchObject({
      outcome: "fail",
      findings: [{ current: "a test_decoding slot in database shop.1" }],
    });
    await drop("shop.1");
    await source.run("SELECT pg_create_physical_replication_slot('pgstream_shop_1_slot')");
    expect(await judge("shop.1")).toMatchObject({
      outcome: "fail",
      findings: [{ current: "a physical slot" }],
    });
    await drop("shop.1");
  });

  it("fails while a temporary slot has the name", async () => {
    await within("shop.1", async (session) => {
      await session.query(
        "SELECT pg_create_logical_replication_slot('pgstream_shop_1_slot', 'wal2json', true)",
      );
      expect(await judge("shop.1")).toMatchObject({
        outcome: "fail",
        findings: [
          {
            current: `a temporary wal2json slot in database shop.1, held by process ${session.backendPid}`,
          },
        ],
        fix: { sql: [], text: expect.stringContaining("when its session ends") },
      });
    });
  });
});

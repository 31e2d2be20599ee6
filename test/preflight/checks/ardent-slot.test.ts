import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pgstreamSlotName } from "../../../src/preflight/facts/replication-artifacts";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("ardent-slot", (major) => {
  let database: TestDatabase;
  let slot: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    slot = pgstreamSlotName(database.name);
  });
  afterAll(() => database.drop());

  const connected = {
    facts: { service: { kind: "read", value: { connector: { id: "con_1", name: "shop" } } } },
  } as const;

  it("is skipped without a connector, and before the connector is set up", async () => {
    const none = { facts: { service: { kind: "read", value: {} } } } as const;
    expect(await checked(database, "ardent-slot", none)).toMatchObject({
      outcome: "skipped",
      message: "there is no connector yet",
    });
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "skipped",
      message: "con_1 has not been set up on this source yet",
    });
  });

  it("fails if the slot no longer exists, but the other objects do", async () => {
    await database.run("CREATE SCHEMA pgstream");
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "fail",
      findings: [{ object: `slot ${slot}`, needed: "to exist" }],
    });
  });

  it("fails while the slot is inactive, and passes while it is being read", async () => {
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "fail",
      message: `slot ${slot} is inactive: nothing is consuming it`,
      findings: [
        { current: expect.stringMatching(/^inactive, keeps \d+ MB of WAL$/), needed: "to be consumed" },
      ],
    });
    const reader = await database.readSlot(slot);
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "pass",
      message: expect.stringMatching(new RegExp(`^${slot} keeps \\d+ MB of WAL$`)),
    });
    await reader.stop();
  });

  it("fails when the slot has lost its WAL, or is about to, even while it is being read", async () => {
    const judge = (walStatus: string) => {
      const artifacts = {
        kind: "read",
        value: {
          database: database.name,
          schema: true,
          eventTriggers: [],
          otherEventTriggers: [],
          slots: [{ name: slot, pgstream: true, active: true, walStatus }],
        },
      } as const;
      return checked(database, "ardent-slot", { facts: { ...connected.facts, artifacts } });
    };
    expect(await judge("lost")).toMatchObject({
      outcome: "fail",
      message: `the WAL that slot ${slot} needs was removed`,
      findings: [{ current: "lost", needed: "reserved or extended" }],
    });
    expect(await judge("unreserved")).toMatchObject({
      outcome: "fail",
      message: `the next checkpoint will remove WAL that slot ${slot} needs`,
    });
    expect(await judge("extended")).toMatchObject({ outcome: "pass" });
  });

  describe("names what removed the slot", () => {
    const recorded = { systemIdentifier: "7", timeline: 1, major: 15 };
    const gone = (now: { systemIdentifier: string; timeline: number; major: number }) => {
      const artifacts = {
        kind: "read",
        value: {
          database: database.name,
          schema: true,
          eventTriggers: [],
          otherEventTriggers: [],
          slots: [],
        },
      } as const;
      const facts = { ...connected.facts, artifacts, identity: { kind: "read", value: now } } as const;
      return checked(database, "ardent-slot", { recordedServer: recorded, facts });
    };

    it.each([
      [
        "a promotion or a recovery",
        { timeline: 2 },
        "a standby was promoted, or a backup recovered (timeline 1, now 2)",
      ],
      [
        "an upgrade",
        { systemIdentifier: "8", major: 17 },
        "the cluster was upgraded (Postgres 15, now 17), or its data loaded into a new one",
      ],
      [
        "another cluster",
        { systemIdentifier: "8" },
        "this is a different cluster than before (system identifier 7, now 8): a dump was loaded into it, or the host name points to another server",
      ],
    ])("%s", async (_, change, because) => {
      expect(await gone({ ...recorded, ...change })).toMatchObject({
        outcome: "fail",
        message: `slot ${slot} no longer exists: ${because}`,
        fix: { text: expect.stringContaining("pulumi up --replace") },
      });
    });

    it("also if nothing of Ardent is there", async () => {
      const recordedServer = { systemIdentifier: "7", timeline: 1, major: 99 };
      const empty = await testDatabase("preflight", major);
      const result = await checked(empty, "ardent-slot", { ...connected, recordedServer });
      await empty.drop();
      expect(result).toMatchObject({
        outcome: "fail",
        message: expect.stringContaining("this is a different cluster than before"),
      });
    });

    it("or that the cause is unknown", async () => {
      expect(await gone(recorded)).toMatchObject({
        outcome: "fail",
        message: `slot ${slot} no longer exists, but Ardent's event triggers or schema do`,
      });
    });
  });

  it("warns while it is read but lags far behind: half of the server's limit, or 10 GiB", async () => {
    const gib = 1024 ** 3;
    const judge = (retainedBytes: number) => {
      const artifacts = {
        kind: "read",
        value: {
          database: database.name,
          schema: true,
          eventTriggers: [],
          otherEventTriggers: [],
          slots: [{ name: slot, pgstream: true, active: true, walStatus: "extended", retainedBytes }],
        },
      } as const;
      return checked(database, "ardent-slot", { facts: { ...connected.facts, artifacts } });
    };
    expect(await judge(10 * gib)).toMatchObject({ outcome: "pass" });
    expect(await judge(11 * gib)).toMatchObject({
      outcome: "warn",
      message: `slot ${slot} lags behind: it keeps 11264 MB of WAL`,
      findings: [{ object: `slot ${slot}`, current: "keeps 11264 MB of WAL", needed: "at most 10240 MB" }],
    });
  });
});

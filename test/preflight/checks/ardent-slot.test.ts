import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pgstreamSlotName } from "../../../src/preflight/facts/replication-artefacts";
import { checked } from "../checked";
import { type TestDatabase, testDatabase } from "../test-database";

describe("ardent-slot", () => {
  let database: TestDatabase;
  let slot: string;
  beforeAll(async () => {
    database = await testDatabase();
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

  it("fails when the slot is gone and the rest is still there", async () => {
    await database.run("CREATE SCHEMA pgstream");
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "fail",
      findings: [{ object: `slot ${slot}`, needed: "to exist" }],
    });
  });

  it("fails while nobody reads the slot, and passes while somebody does", async () => {
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "fail",
      message: `nobody reads slot ${slot}`,
      findings: [{ current: expect.stringMatching(/^inactive, keeps \d+ MB of WAL$/), needed: "a reader" }],
    });
    const reader = await database.readSlot(slot);
    expect(await checked(database, "ardent-slot", connected)).toMatchObject({
      outcome: "pass",
      message: expect.stringMatching(new RegExp(`^${slot} keeps \\d+ MB of WAL$`)),
    });
    await reader.stop();
  });

  it("fails when the slot has lost its WAL, or is about to, whoever reads it", async () => {
    const judge = (walStatus: string) => {
      const artefacts = {
        kind: "read",
        value: {
          database: database.name,
          schema: true,
          eventTriggers: [],
          slots: [{ name: slot, pgstream: true, active: true, walStatus }],
        },
      } as const;
      return checked(database, "ardent-slot", { facts: { ...connected.facts, artefacts } });
    };
    expect(await judge("lost")).toMatchObject({
      outcome: "fail",
      message: `the WAL that slot ${slot} needs is gone`,
      findings: [{ current: "lost", needed: "reserved or extended" }],
    });
    expect(await judge("unreserved")).toMatchObject({
      outcome: "fail",
      message: `the WAL that slot ${slot} needs goes with the next checkpoint`,
    });
    expect(await judge("extended")).toMatchObject({ outcome: "pass" });
  });
});

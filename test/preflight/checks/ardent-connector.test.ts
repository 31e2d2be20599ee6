import { afterAll, beforeAll, expect, it } from "vitest";
import type { ServiceFacts } from "../../../src/preflight/facts/service";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("ardent-connector", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("connector", major);
  });
  afterAll(() => database.drop());

  const judge = (value: ServiceFacts) =>
    checked(database, "ardent-connector", { facts: { service: { kind: "read", value } } });
  const connector = { id: "con_1", name: "shop" };

  it("is skipped without a connector, and where none is wanted", async () => {
    expect(await judge({})).toMatchObject({ outcome: "skipped", message: "there is no connector yet" });
    expect(await checked(database, "ardent-connector", { connector: false })).toMatchObject({
      outcome: "skipped",
      message: "no connector is requested",
    });
  });

  it("passes with the service's own status", async () => {
    expect(await judge({ connector: { ...connector, status: "active", quarantines: [] } })).toMatchObject({
      outcome: "pass",
      message: "con_1: active",
    });
  });

  it("fails if the engine has failed, with the service's reason", async () => {
    const problem = { status: "setup_failed", failed: true, error: "the slot was not created" };
    expect(await judge({ connector: { ...connector, status: "setup_failed", problem } })).toMatchObject({
      outcome: "fail",
      message: "connector con_1 is setup_failed: the slot was not created",
      findings: [{ object: "connector con_1", current: "setup_failed", needed: "a running replication" }],
      fix: { text: expect.stringContaining("`pulumi up`") },
    });
  });

  it("warns if it may recover by itself", async () => {
    const problem = { status: "degraded", failed: false };
    expect(await judge({ connector: { ...connector, status: "degraded", problem } })).toMatchObject({
      outcome: "warn",
      message: "connector con_1 is degraded",
    });
  });

  it("fails while parts are paused, and names their tables, the reason and the fix", async () => {
    const tables = ["a", "b", "c", "d", "e", "f"].map((name) => `public.${name}`);
    const quarantines = [{ id: "q_1", reason: "a row is too large", tables }, { id: "q_2" }];
    expect(await judge({ connector: { ...connector, quarantines } })).toMatchObject({
      outcome: "fail",
      message: "Ardent has paused 2 parts of the replication of connector con_1",
      findings: [
        {
          object: "quarantine q_1: public.a, public.b, public.c, public.d, public.e and 1 more",
          current: "paused: a row is too large",
        },
        { object: "quarantine q_2", current: "paused" },
      ],
      fix: { text: expect.stringContaining('releaseQuarantines: ["q_1", "q_2"]') },
    });
  });
});

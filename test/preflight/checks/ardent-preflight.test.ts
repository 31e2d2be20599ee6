import { afterAll, beforeAll, expect, it } from "vitest";
import type { ServiceFacts } from "../../../src/preflight/facts/service";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("ardent-preflight", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
  });
  afterAll(() => database.drop());

  const judge = (value: ServiceFacts) =>
    checked(database, "ardent-preflight", { facts: { service: { kind: "read", value } } });

  it("passes when Ardent's preflight does", async () => {
    expect(await judge({ preflight: { pass: true, checks: [] } })).toMatchObject({ outcome: "pass" });
  });

  it("fails with Ardent's message", async () => {
    const checks = [
      { name: "auth", pass: true },
      { name: "can_read_tables", pass: false, detail: "Missing SELECT on public.orders" },
    ];
    expect(await judge({ preflight: { pass: false, checks } })).toMatchObject({
      outcome: "fail",
      message: "Ardent says the source is not ready: can_read_tables",
      findings: [{ object: "can_read_tables: Missing SELECT on public.orders" }],
    });
  });

  it("is skipped once connected, and if Ardent was not called", async () => {
    expect(await judge({ connector: { id: "con_1", name: "shop" } })).toMatchObject({
      outcome: "skipped",
      message: "connected as con_1",
    });
    expect(await judge({})).toMatchObject({ outcome: "skipped" });
    expect(await checked(database, "ardent-preflight")).toMatchObject({ outcome: "skipped" });
  });

  it("is unknown while the service cannot be reached", async () => {
    const service = { kind: "unknown", reason: "the service is down" } as const;
    expect(await checked(database, "ardent-preflight", { facts: { service } })).toMatchObject({
      outcome: "unknown",
      message: "the service is down",
    });
  });
});

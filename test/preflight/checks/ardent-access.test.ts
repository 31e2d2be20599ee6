import { afterAll, beforeAll, expect, it } from "vitest";
import type { Evidence } from "../../../src/preflight/facts/evidence";
import type { ServiceAccess } from "../../../src/preflight/facts/service-access";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("ardent-access", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("access", major);
  });
  afterAll(() => database.drop());

  const judge = (serviceAccess: Evidence<ServiceAccess>) =>
    checked(database, "ardent-access", { facts: { serviceAccess } });

  it("passes where the API takes the requests", async () => {
    expect(await judge({ kind: "read", value: {} })).toMatchObject({ outcome: "pass" });
  });

  it("fails where it refuses, and names the setting, its value and the fix", async () => {
    const refusal = {
      what: "Ardent rejected the API token (401)",
      object: "ardent:token",
      current: "rejected by api.example.com",
      needed: "a valid API key",
      fix: "Set another one.",
    };
    expect(await judge({ kind: "read", value: { refusal } })).toMatchObject({
      outcome: "fail",
      message: "Ardent rejected the API token (401)",
      findings: [
        { object: "ardent:token", current: "rejected by api.example.com", needed: "a valid API key" },
      ],
      fix: { text: "Set another one.", sql: [] },
    });
  });

  it("is unknown where nothing answers, and skipped where nothing was asked", async () => {
    expect(await judge({ kind: "unknown", reason: "no response from Ardent's API" })).toMatchObject({
      outcome: "unknown",
      message: "no response from Ardent's API",
    });
    expect(await checked(database, "ardent-access")).toMatchObject({ outcome: "skipped" });
    expect(await checked(database, "ardent-access", { connector: false })).toMatchObject({
      outcome: "skipped",
      message: "no connector is requested",
    });
  });
});

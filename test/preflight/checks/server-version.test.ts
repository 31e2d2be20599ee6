import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../../../src/preflight/evaluate";
import { gatherFacts } from "../../../src/preflight/gather-facts";
import { request } from "../sample-facts";
import { type Source, startSource } from "../source";

describe("server-version", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource();
  });
  afterAll(() => source.stop());

  it("passes on 17", async () => {
    const result = await source.judge("server-version");
    expect(result.outcome).toBe("pass");
    expect(result.message).toMatch(/^17\.\d+$/);
  });

  it("fails on what a server of before 13 would say", async () => {
    const facts = await gatherFacts({
      request,
      admin: source.admin,
      probes: { slot: false, login: false },
    });
    if (facts.server.kind !== "read") throw new Error(facts.server.reason);
    const old = { ...facts.server.value, version: { number: 120_022, text: "12.22" } };
    const { checks } = evaluate(request, { ...facts, server: { kind: "read", value: old } });
    expect(checks.find(({ id }) => id === "server-version")).toMatchObject({
      outcome: "fail",
      message: "Postgres 12.22 is too old",
      findings: [{ object: "server_version", current: "12.22", needed: "13 or newer" }],
    });
  });
});

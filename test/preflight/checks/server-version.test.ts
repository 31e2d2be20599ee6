import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("server-version", { byVersion: true }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  it(`passes on ${major}`, async () => {
    const result = await source.judge("server-version");
    expect(result.outcome).toBe("pass");
    expect(result.message).toMatch(new RegExp(`^${major}\\.\\d+$`));
  });

  it("fails on the facts of an older server, which is not available here", async () => {
    const result = await source.judge("server-version", {
      amend: ({ server, ...facts }) => {
        if (server.kind !== "read") throw new Error(server.reason);
        const version = { number: 120_022, text: "12.22" };
        return { ...facts, server: { kind: "read", value: { ...server.value, version } } };
      },
    });
    expect(result).toMatchObject({
      outcome: "fail",
      message: "Postgres 12.22 is too old",
      findings: [{ object: "server_version", current: "12.22", needed: "13 or newer" }],
    });
  });
});

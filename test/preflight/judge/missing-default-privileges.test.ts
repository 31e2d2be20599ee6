import { describe, expect, it } from "vitest";
import { gapFinding } from "../../../src/preflight/judge/missing-default-privileges";

describe("what an owner's future tables lack", () => {
  const gaps = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      schema: `s${index}`,
      owner: "app",
      objectTypes: ["table"] as const,
    }));

  it("names the first few schemas, and counts the others", () => {
    expect(gapFinding("app", gaps(2))).toEqual({
      object: "owner app",
      needed: "default SELECT on tables in s0, s1",
    });
    expect(gapFinding("app", gaps(50)).needed).toBe(
      "default SELECT on tables in s0, s1, s2, s3, s4, 45 more",
    );
  });
});

import { describe, expect, it } from "vitest";
import { defineCheck } from "../../../src/preflight/check/define-check";
import { pass } from "../../../src/preflight/check/verdict";
import type { Evidence } from "../../../src/preflight/facts/evidence";
import type { Facts } from "../../../src/preflight/facts/facts";
import { factsWith, noAccess, request } from "../sample-facts";

const about = { id: "example", category: "server", title: "it is as it must be", severity: "error" } as const;
const access = { kind: "read", value: noAccess } as const;

/** A check of two facts that also looks at a third, which tells what it was handed. */
const check = defineCheck({
  ...about,
  reads: ["access", "held"],
  alsoReads: ["roleLogin"],
  byRequest: ({ connector }) => (connector ? undefined : pass("no connector")),
  judge: ({ request, ...facts }) => pass(JSON.stringify({ role: request.plan.role.name, facts })),
});

function verdict(parts: Partial<Facts>, connector = true) {
  return check.run({
    request: { ...request, connector },
    facts: { ...factsWith(access), ...parts },
  });
}

describe("a check", () => {
  it("gets only the values of what it reads and the evidence of what it also reads", () => {
    const handed = {
      role: "ardent",
      facts: { access: noAccess, held: [], roleLogin: { kind: "skipped", reason: "not asked for" } },
    };
    expect(verdict({ held: { kind: "read", value: [] } })).toEqual(pass(JSON.stringify(handed)));
  });

  it.each(["skipped", "unknown"] as const)("is %s if a fact that it reads is, with its reason", (kind) => {
    const held: Evidence<never> = { kind, reason: "nothing is granted", missing: "deployment" };
    expect(verdict({ held })).toEqual({ kind, message: "nothing is granted", missing: "deployment" });
  });

  it("reports the first of several facts that were not read", () => {
    const unread = (reason: string): Evidence<never> => ({ kind: "unknown", reason });
    expect(verdict({ held: unread("second"), access: unread("first") })).toEqual({
      kind: "unknown",
      message: "first",
    });
  });

  it("needs no facts if the request alone decides", () => {
    expect(verdict({ held: { kind: "unknown", reason: "unread" } }, false)).toEqual(pass("no connector"));
  });

  it("says which facts it reads", () => {
    expect([check.reads, check.alsoReads]).toEqual([["access", "held"], ["roleLogin"]]);
  });
});

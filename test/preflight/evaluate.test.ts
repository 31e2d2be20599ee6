import { describe, expect, it } from "vitest";
import { accessPlan } from "../../src/access/plan";
import { planDelta } from "../../src/access/plan-delta";
import { sql } from "../../src/postgres/sql-text";
import type { Check, CheckInput, Verdict } from "../../src/preflight/check/check";
import { fail, pass } from "../../src/preflight/check/verdict";
import { defaultPrivileges } from "../../src/preflight/checks/default-privileges";
import { readTables } from "../../src/preflight/checks/read-tables";
import { roleExists as roleIsThere } from "../../src/preflight/checks/role-exists";
import { schemaUsage } from "../../src/preflight/checks/schema-usage";
import { schemasExist } from "../../src/preflight/checks/schemas-exist";
import { evaluate } from "../../src/preflight/evaluate";
import { awaitedValue } from "../../src/preflight/facts/evidence";
import { requestFor } from "./request-for";
import { asked, factsWith, noAccess, request } from "./sample-facts";

const facts = factsWith({ kind: "read", value: noAccess });

/** Creates the role and makes every grant. */
const delta = planDelta(
  undefined,
  accessPlan({
    role: { name: "ardent", create: true, superuser: true },
    databases: { shop: { public: ["app"] } },
  }),
);

function check(id: string, run: (input: CheckInput) => Verdict, more: Partial<Check> = {}): Check {
  return { id, category: "role", title: `${id} is well`, severity: "error", run, ...more };
}

const passing = (id: string, more?: Partial<Check>) => check(id, () => pass(), more);
const failing = (id: string, more?: Partial<Check>) =>
  check(id, () => fail(`${id} is wrong`, [], { text: "fix it", sql: [sql`SELECT 1;`] }), more);
const saying = (id: string, kind: "skipped" | "unknown") => check(id, () => ({ kind, message: "no luck" }));

const roleExists = check("role-exists", ({ facts: { access } }) =>
  access.kind === "read" && access.value.role !== undefined
    ? pass()
    : fail("no such role", [], { text: "create it" }),
);

const outcomes = (checks: readonly Check[], asked = request) =>
  Object.fromEntries(
    evaluate(asked, facts, checks).checks.map(({ id, outcome, message }) => [
      id,
      message === "" ? outcome : `${outcome}: ${message}`,
    ]),
  );

describe("the outcome of a check's verdict", () => {
  it("is the verdict's; a failure counts by the check's severity", () => {
    expect(
      outcomes([
        passing("a"),
        failing("b"),
        failing("c", { severity: "warning" }),
        saying("d", "skipped"),
        saying("e", "unknown"),
      ]),
    ).toEqual({
      a: "pass",
      b: "fail: b is wrong",
      c: "warn: c is wrong",
      d: "skipped: no luck",
      e: "unknown: no luck",
    });
  });

  it("is a warning if the check says that this failure is no error", () => {
    const lenient = check("a", () => ({ ...fail("hm", [], { text: "look" }), severity: "warning" }));
    expect(outcomes([lenient])).toEqual({ a: "warn: hm" });
    expect(evaluate(request, facts, [lenient]).ok).toBe(true);
  });

  it("has the mark of a check about the moment, and only of that", () => {
    const [now, always] = evaluate(request, facts, [
      passing("a", { pointInTime: true }),
      passing("b"),
    ]).checks;
    expect(now).toMatchObject({ id: "a", pointInTime: true });
    expect(always).not.toHaveProperty("pointInTime");
  });

  it("keeps the first five findings and counts all", () => {
    const findings = ["a", "b", "c", "d", "e", "f", "g"].map((object) => ({ object }));
    const [shown, counted] = evaluate(request, facts, [
      check("shown", () => fail("seven", findings, { text: "fix" })),
      check("counted", () => fail("many", findings, { text: "fix" }, 1200)),
    ]).checks;
    expect(shown?.findings.map(({ object }) => object)).toEqual(["a", "b", "c", "d", "e"]);
    expect(shown?.findingCount).toBe(7);
    expect(counted?.findingCount).toBe(1200);
  });
});

describe("a check that requires another", () => {
  it.each([
    ["a pass", passing("first"), "fail: second is wrong"],
    ["a warning", failing("first", { severity: "warning" }), "fail: second is wrong"],
    ["a failure", failing("first"), "skipped: needs first"],
    ["a skipped one", saying("first", "skipped"), "skipped: needs first, which was skipped"],
    ["an unknown one", saying("first", "unknown"), "unknown: needs first, which is unknown"],
  ])("after %s", (_, first, second) => {
    expect(outcomes([first, failing("second", { requires: ["first"] })]).second).toBe(second);
  });

  it("says so in a separate field, for programs that read the report", () => {
    const [, second] = evaluate(request, facts, [failing("a"), passing("b", { requires: ["a"] })]).checks;
    expect(second).toMatchObject({ outcome: "skipped", needs: "a" });
  });

  it("names the first one that did not pass, in any order", () => {
    const checks = [passing("a", { requires: ["b"] }), failing("b"), passing("c", { requires: ["a"] })];
    expect(outcomes(checks)).toEqual({
      a: "skipped: needs b",
      b: "fail: b is wrong",
      c: "skipped: needs a, which was skipped",
    });
  });
});

describe("what this deployment fixes", () => {
  const deploying = { ...request, delta };

  it("is pending, needs no fix, and does not stop it", () => {
    const report = evaluate(deploying, facts, [roleExists]);
    expect(report.checks[0]).toMatchObject({ outcome: "pending", message: "no such role" });
    expect(report.checks[0]).not.toHaveProperty("fix");
    expect(report.ok).toBe(true);
    expect(evaluate(request, facts, [roleExists]).checks[0]?.outcome).toBe("fail");
  });

  it("does not include failures that remain", () => {
    expect(outcomes([failing("a")], deploying)).toEqual({ a: "fail: a is wrong" });
  });

  it("makes a check that requires it pending, failing or waiting, by the future facts", () => {
    const whenThere = (id: string, verdict: Verdict) =>
      check(
        id,
        ({ facts: { access } }) =>
          access.kind === "read" && access.value.role !== undefined
            ? verdict
            : fail(`${id} now`, [], { text: "" }),
        { requires: ["role-exists"] },
      );
    expect(
      outcomes(
        [
          roleExists,
          whenThere("fixed", pass()),
          passing("well", { requires: ["role-exists"] }),
          whenThere("broken", fail("still", [], { text: "" })),
          whenThere("later", { kind: "skipped", message: "cannot tell" }),
        ],
        deploying,
      ),
    ).toEqual({
      "role-exists": "pending: no such role",
      fixed: "pending: fixed now",
      well: "pending: waits for role-exists",
      broken: "fail: still",
      later: "skipped: waits for role-exists",
    });
  });

  it("is nothing if the access could not be read", () => {
    const unread = factsWith({ kind: "unknown", reason: "no session" });
    expect(evaluate(deploying, unread, [roleExists]).checks[0]?.outcome).toBe("fail");
  });
});

describe("what an earlier deployment has made and is missing", () => {
  const role = { name: "ardent", login: true, replication: true, superuser: true };
  const lost = factsWith({ kind: "read", value: { ...noAccess, role } });
  const usage = (asked: typeof request) => evaluate(asked, lost, [schemasExist, schemaUsage]).checks.at(-1);

  it("is restored by a refresh, which the fix names before the statements", () => {
    const result = usage({ ...request, deployed: true });
    expect(result).toMatchObject({ outcome: "fail", restoredByRefresh: true });
    expect(result?.fix?.text).toMatch(/^`pulumi up --refresh` restores it/);
    expect(result?.fix?.sql).toHaveLength(1);
  });

  it("is not, if only partitioned tables lost it, which a refresh does not read", () => {
    const tables = { count: 1, unreadable: 1, examples: ["orders"] };
    const judge = (more: object) => {
      const schemas = noAccess.schemas.map((schema) => ({
        ...schema,
        usage: true,
        tables: { ...tables, ...more },
      }));
      const facts = factsWith({ kind: "read", value: { ...noAccess, role, schemas } });
      return evaluate({ ...request, deployed: true }, facts, [readTables]).checks[0]?.restoredByRefresh;
    };
    expect(judge({})).toBe(true);
    expect(judge({ onlyPartitioned: true })).toBeUndefined();
  });

  it("is not, if nothing was deployed, or if the deployment makes it anyway", () => {
    expect(usage(request)).not.toHaveProperty("restoredByRefresh");
    const pending = usage({ ...request, deployed: true, delta });
    expect(pending).toMatchObject({ outcome: "pending" });
    expect(pending).not.toHaveProperty("restoredByRefresh");
  });
});

describe("what only the deployment can tell", () => {
  const schema = (name: string, exists: boolean) => ({
    name,
    exists,
    usage: exists,
    tables: { count: 0, unreadable: 0, examples: [] },
    sequences: { count: 0, unreadable: 0, examples: [] },
    owners: [],
  });
  const granted = {
    ...noAccess,
    role: { name: "ardent", login: true, replication: true, superuser: true },
    database: { name: "shop", connect: true, create: true },
    schemas: [schema("audit", false), schema("public", true)],
  };
  const schemas = [
    { name: "audit", owners: ["etl"] },
    { name: "public", owners: [] },
  ];
  const wanted = requestFor({ ...asked, schemas });
  const added = planDelta(requestFor({ ...asked, schemas: schemas.slice(1) }).plan, wanted.plan);
  const seen = factsWith({ kind: "read", value: granted });
  const results = (more: Partial<typeof wanted>) =>
    evaluate({ ...wanted, delta: added, ...more }, seen, [schemasExist, schemaUsage]).checks;

  it("is a schema that it may create, as long as its grants name it", () => {
    expect(results({ mayCreate: "contents" })).toMatchObject([
      { outcome: "pending", waitsFor: "creation", message: "there is no schema audit" },
      { outcome: "pass" },
    ]);
    expect(results({})).toMatchObject([{ outcome: "fail" }, { outcome: "pass" }]);
    expect(results({ mayCreate: "role" })).toMatchObject([{ outcome: "fail" }, {}]);
    expect(results({ mayCreate: "contents", delta: undefined })).toMatchObject([{ outcome: "fail" }, {}]);
  });

  it("is a role that somebody else's resource creates", () => {
    const first = planDelta(undefined, wanted.plan);
    const without = factsWith({ kind: "read", value: { ...granted, role: undefined } });
    const [result] = evaluate({ ...wanted, delta: first, mayCreate: "role" }, without, [roleIsThere]).checks;
    expect(result).toMatchObject({ outcome: "pending", waitsFor: "creation" });
    expect(evaluate({ ...wanted, delta: first }, without, [roleIsThere]).checks[0]?.outcome).toBe("fail");
  });

  it("is a fact or an input that is not known before: pending, and what needs it with it", () => {
    const awaited = factsWith(awaitedValue(["role.name"]));
    const report = evaluate(request, awaited, [roleIsThere, schemaUsage]);
    const message = "not known before the deployment: role.name";
    expect(report.checks).toMatchObject([
      { outcome: "pending", waitsFor: "value", message },
      { outcome: "pending", waitsFor: "value", message },
    ]);
    expect(report.ok).toBe(true);
    const notKnown = ["schemas.public.owners[0]"];
    expect(evaluate({ ...wanted, notKnown }, seen, [defaultPrivileges, schemasExist]).checks).toMatchObject([
      { outcome: "pending", message: "not known before the deployment: schemas.public.owners[0]" },
      { outcome: "fail" },
    ]);
  });
});

describe("the report", () => {
  it("counts outcomes and is ok unless an error failed or is unknown", () => {
    const report = evaluate(request, facts, [
      passing("a"),
      failing("b", { severity: "warning" }),
      saying("c", "skipped"),
    ]);
    expect(report).toMatchObject({
      schemaVersion: 1,
      ok: true,
      source: { host: "db.example.com", port: 5432, database: "shop", role: "ardent" },
      summary: { pass: 1, warn: 1, fail: 0, pending: 0, skipped: 1, unknown: 0 },
    });
    expect(evaluate(request, facts, [saying("a", "unknown")]).ok).toBe(false);
    expect(evaluate(request, facts, [failing("a")]).ok).toBe(false);
  });

  it("contains the grants for the requested schemas, FOR ROLE of the requested and found owners", () => {
    const schemas = [{ name: "public", owners: ["etl"] }];
    const { grantScript } = evaluate(requestFor({ ...asked, schemas }), facts, []);
    for (const owner of ["app", "etl"])
      expect(grantScript).toContain(
        `ALTER DEFAULT PRIVILEGES FOR ROLE "${owner}" IN SCHEMA "public" GRANT SELECT ON TABLES TO "ardent";`,
      );
    expect(grantScript).toContain('GRANT USAGE ON SCHEMA "public" TO "ardent";');
  });
});

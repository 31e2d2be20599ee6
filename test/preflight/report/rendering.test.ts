import { describe, expect, it } from "vitest";
import { integerSql, type Sql, sql } from "../../../src/postgres/sql-text";
import type { CheckResult, PreflightReport } from "../../../src/preflight/report";
import { renderChecklist } from "../../../src/preflight/report/checklist";
import { renderJson } from "../../../src/preflight/report/json";
import { renderShort } from "../../../src/preflight/report/short";
import { renderTable } from "../../../src/preflight/report/table";

function result(id: string, outcome: CheckResult["outcome"], more: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    category: "server",
    title: `${id} is well`,
    severity: "error",
    outcome,
    message: "",
    findings: [],
    findingCount: 0,
    docs: `docs/${id}.md`,
    ...more,
  };
}

function report(checks: readonly CheckResult[]): PreflightReport {
  const summary = { pass: 0, warn: 0, fail: 0, pending: 0, skipped: 0, unknown: 0 };
  for (const { outcome } of checks) summary[outcome] += 1;
  return {
    schemaVersion: 1,
    ok: summary.fail + summary.unknown === 0,
    source: { host: "db.example.com", port: 5432, database: "shop", serverVersion: "17.11", role: "ardent" },
    limitSeconds: 60,
    summary,
    checks,
    grantScript: "GRANT 1;\n",
  };
}

const MIXED = report([
  result("ipv4-address", "pass", { category: "connection", message: "192.0.2.1" }),
  result("tcp-reachable", "unknown", {
    category: "connection",
    message: "192.0.2.1:5432 cannot be reached from here",
    fix: { text: "Check the port.", sql: [], effect: "none" },
  }),
  result("wal-level", "fail", {
    message: "wal_level is replica",
    findings: [{ object: "wal_level", current: "replica", needed: "logical", where: "postgresql.conf:12" }],
    findingCount: 1,
    fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET wal_level = 'logical';`], effect: "restart" },
  }),
  result("hba-sql", "warn", {
    message: "it cannot be told",
    findings: [{ object: "a" }, { object: "b", needed: "c" }],
    findingCount: 7,
    fix: { text: "Add this line:\nhost all all", sql: [], effect: "reload" },
  }),
  result("wal2json", "skipped", { message: "needs wal-level" }),
  result("role-exists", "pending", {
    category: "role",
    message: "there is no role ardent",
    findings: [{ object: "ardent" }],
    findingCount: 1,
  }),
]);

const CHECKLIST = `connection
  ✓ ipv4-address   ipv4-address is well (192.0.2.1)
  ? tcp-reachable  unknown: 192.0.2.1:5432 cannot be reached from here
      fix: Check the port.
      see: docs/tcp-reachable.md

server
  ✗ wal-level      wal_level is replica
      wal_level: is replica, needs logical (postgresql.conf:12)
      fix: Set it
           ALTER SYSTEM SET wal_level = 'logical';
           then restart Postgres
      see: docs/wal-level.md
  ! hba-sql        it cannot be told
      a
      b: needs c
      and 5 more
      fix: Add this line:
           host all all
           then reload: SELECT pg_catalog.pg_reload_conf();
      see: docs/hba-sql.md
  - wal2json       skipped: needs wal-level

role
  … role-exists    there is no role ardent (pending: this deployment mends it)
`;

describe("the report for a terminal", () => {
  it("lists every check by category, with what there is to mend", () => {
    expect(renderTable(MIXED, { colour: false, grantScript: false })).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

${CHECKLIST}
not ready: 1 fail, 1 unknown, 1 warn, 1 pending, 1 pass, 1 skipped
`,
    );
  });

  it("ends with the grant script when that is wanted", () => {
    const table = renderTable(report([result("wal-level", "pass")]), { colour: false, grantScript: true });
    expect(table).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✓ wal-level  wal-level is well

ready: 1 pass

Grant script

GRANT 1;
`,
    );
  });

  it("keeps names with line breaks on their line, and gives the terminal no commands", () => {
    const nasty = result("a", "fail", {
      message: "bad: x\ny",
      findings: [{ object: "line\nbreak", current: "\u001b[2Jcleared\u009b0m" }],
      findingCount: 1,
      fix: { text: "Do", sql: [sql`DROP TABLE "a\u001b]0;title\u0007";`], effect: "none" },
    });
    expect(renderChecklist(report([nasty]))).toContain(`  ✗ a  bad: x\\ny
      line\\nbreak: is \\x1b[2Jcleared\\x9b0m
      fix: Do
           DROP TABLE "a\\x1b]0;title\\x07";
`);
  });

  it("shows the first statements of a long fix, and says where all of them are", () => {
    const grants = Array.from({ length: 1000 }, (_, index) => sql`GRANT ${integerSql(index)};`);
    const long = (statements: readonly Sql[]) =>
      renderTable(
        report([
          result("a", "fail", { message: "bad", fix: { text: "Do", sql: statements, effect: "reload" } }),
        ]),
        { colour: false, grantScript: false },
      );
    expect(long(grants)).toBe(`shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✗ a  bad
      fix: Do
           GRANT 0;
           GRANT 1;
           GRANT 2;
           GRANT 3;
           GRANT 4;
           GRANT 5;
           GRANT 6;
           GRANT 7;
           GRANT 8;
           GRANT 9;
           … and 990 more statements: pulumi-ardent preflight --fix-script prints all
           then reload: SELECT pg_catalog.pg_reload_conf();
      see: docs/a.md

not ready: 1 fail
`);
    expect(long(grants.slice(0, 11))).toContain("GRANT 9;\n           … and 1 more statement: pulumi-ardent");
    expect(long(grants.slice(0, 10))).toContain("GRANT 9;\n           then reload");
  });

  it("shows a grant script that somebody can read, and says where a longer one is", () => {
    const withScript = (lines: number) =>
      renderTable(
        { ...report([result("a", "pass")]), grantScript: "GRANT 1;\n".repeat(lines) },
        { colour: false, grantScript: true },
      );
    expect(
      withScript(100)
        .split("\n")
        .filter((line) => line === "GRANT 1;"),
    ).toHaveLength(100);
    expect(withScript(101)).toBe(`shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✓ a  a is well

ready: 1 pass

Grant script

101 lines, too long to show here. pulumi-ardent grants prints the script for the schemas you name;
with --output json it is the field "grantScript".
`);
  });

  it("says the same with and without colours", () => {
    const coloured = renderTable(MIXED, { colour: true, grantScript: true });
    expect(coloured).toContain("\u001b[31m✗\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    const plain = coloured.replaceAll(/\u001b\[\d+m/g, "");
    expect(plain).toBe(renderTable(MIXED, { colour: false, grantScript: true }));
  });
});

describe("the short report", () => {
  it("leaves out what passes, and the grant script", () => {
    const [, ...rest] = CHECKLIST.split("\n  ✓ ipv4-address   ipv4-address is well (192.0.2.1)");
    expect(renderShort(MIXED, { colour: false })).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

connection${rest}
not ready: 1 fail, 1 unknown, 1 warn, 1 pending, 1 pass, 1 skipped
`,
    );
  });

  it("is two lines when everything passes", () => {
    expect(renderShort(report([result("a", "pass")]), { colour: false })).toBe(
      "shop at db.example.com:5432, Postgres 17.11, as ardent\n\nready: 1 pass\n",
    );
  });

  it("has colours where the terminal takes them", () => {
    expect(renderShort(MIXED, { colour: true })).toContain("\u001b[31m✗\u001b[39m");
  });
});

describe("the report in a deployment", () => {
  it("is one line when there is nothing to read", () => {
    expect(renderChecklist(report([result("a", "pass"), result("b", "pass"), result("c", "skipped")]))).toBe(
      "preflight ok: 2 checks pass, 1 skipped",
    );
    expect(renderChecklist(report([result("a", "pass")]))).toBe("preflight ok: 1 check passes");
  });

  it("names what could not be had, not every check that needs it", () => {
    const checks = [
      result("login", "unknown", { message: "the host name does not exist" }),
      result("wal-level", "unknown", { message: "needs login, which is unknown", needs: "login" }),
      result("wal2json", "unknown", { message: "needs wal-level, which is unknown", needs: "wal-level" }),
    ];
    expect(renderChecklist(report(checks), "problems")).toBe(
      `preflight failed: 3 unknown

server
  ? login  unknown: the host name does not exist

not judged without that: 2 checks`,
    );
    expect(renderChecklist(report(checks)), "on a first look every check is shown").toContain("? wal2json");
  });

  it("is the terminal's checklist without colours otherwise", () => {
    expect(renderChecklist(MIXED)).toBe(
      `preflight failed: 1 fail, 1 unknown, 1 warn, 1 pending, 1 pass, 1 skipped\n\n${CHECKLIST.trimEnd()}`,
    );
    expect(
      renderChecklist(
        report([result("a", "pass"), result("b", "skipped"), result("c", "pending")]),
        "problems",
      ),
      "without what needs no reading",
    ).toBe(
      "preflight ok: 1 pending, 1 pass, 1 skipped\n\nserver\n  … c   (pending: this deployment mends it)",
    );
    expect(renderChecklist(report([result("a", "pending")]))).toMatch(/^preflight ok: 1 pending\n/);
  });
});

describe("the report as JSON", () => {
  it("is the report", () => {
    expect(JSON.parse(renderJson(MIXED))).toEqual(MIXED);
  });

  it("holds every statement of a long fix and the whole grant script", () => {
    const grants = Array.from({ length: 1000 }, (_, index) => sql`GRANT ${integerSql(index)};`);
    const long = {
      ...report([result("a", "fail", { fix: { text: "Do", sql: grants, effect: "none" } })]),
      grantScript: "GRANT 1;\n".repeat(1000),
    };
    expect(JSON.parse(renderJson(long))).toEqual(long);
  });
});

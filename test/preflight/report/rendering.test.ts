import { describe, expect, it } from "vitest";
import { integerSql, type Sql, sql } from "../../../src/postgres/sql-text";
import { CATALOG } from "../../../src/preflight/check/catalog";
import type { CheckResult, PreflightReport } from "../../../src/preflight/report";
import { renderChecklist } from "../../../src/preflight/report/checklist";
import { renderJson } from "../../../src/preflight/report/json";
import { renderJunit } from "../../../src/preflight/report/junit";
import { renderMarkdown } from "../../../src/preflight/report/markdown";
import { renderShort, renderTable, type Terminal } from "../../../src/preflight/report/table";
import { ALL_HOSTILE, expectHarmless } from "../../support/hostile-text";

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
    message: "192.0.2.1:5432 cannot be reached from this machine",
    fix: { text: "Check the port.", sql: [], effect: "none" },
  }),
  result("wal-level", "fail", {
    message: "wal_level is replica",
    findings: [{ object: "wal_level", current: "replica", needed: "logical", where: "postgresql.conf:12" }],
    findingCount: 1,
    fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET wal_level = 'logical';`], effect: "restart" },
  }),
  result("hba-sql", "warn", {
    message: "it is unknown",
    findings: [
      { object: "a", where: "role x" },
      { object: "b", needed: "c", where: "pg_roles" },
      { object: "d", current: "e" },
    ],
    findingCount: 8,
    fix: { text: "Add this line:\nhost all all", sql: [], effect: "reload" },
  }),
  result("login", "skipped", {
    message: "the role's password is not known here",
    missing: "role-password",
  }),
  result("wal2json", "skipped", { message: "needs wal-level", needs: "wal-level" }),
  result("admin-rights", "skipped", { message: "applies to deployments only", missing: "deployment" }),
  result("role-exists", "pending", {
    category: "role",
    message: "there is no role ardent",
    findings: [{ object: "ardent" }],
    findingCount: 1,
  }),
]);

const CHECKLIST = `connection
  ✓ ipv4-address   ipv4-address is well (192.0.2.1)
  ? tcp-reachable  unknown: 192.0.2.1:5432 cannot be reached from this machine
      fix: Check the port.
      see: docs/tcp-reachable.md

server
  ✗ wal-level      wal_level is replica
      wal_level: replica (postgresql.conf:12); needs logical
      fix: Set it
           ALTER SYSTEM SET wal_level = 'logical';
           then restart Postgres
      see: docs/wal-level.md
  ! hba-sql        it is unknown
      a (role x)
      b: needs c (pg_roles)
      d: e
      and 5 more
      fix: Add this line:
           host all all
           then reload: SELECT pg_catalog.pg_reload_conf();
      see: docs/hba-sql.md
  - login          skipped: the role's password is not known here

role
  … role-exists    there is no role ardent (pending: this deployment will fix it)
`;

/** Wide enough for every line. */
const WIDE: Terminal = { color: false, width: 200 };

describe("the report for a terminal", () => {
  it("lists checks by category, with their fixes, and ends with the summary", () => {
    expect(renderTable(MIXED, WIDE)).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

${CHECKLIST}
not ready: 1 failed, 1 unknown, 1 warning, 1 pending, 1 passed, 3 skipped
  failed: wal-level
  unknown: tcp-reachable
  warnings: hba-sql
  not judged: the role's login: set ARDENT_ROLE_PASSWORD
              1 check not run: needs wal-level
              for deployments only: admin-rights
  next: pulumi-ardent preflight … --fix-script > fixes.sql
`,
    );
  });

  it("says before statements that lose something what they lose, in every format", () => {
    const [limit, safe, full] = [
      sql`SET lock_timeout = '5s';`,
      sql`ALTER TABLE a REPLICA IDENTITY DEFAULT;`,
      sql`ALTER TABLE b REPLICA IDENTITY FULL;`,
    ];
    const mixed = report([
      result("replica-identity", "fail", {
        message: "bad",
        fix: {
          text: "As the owner:",
          sql: [limit, full, safe],
          destroys: "disk space",
          destructive: [full],
          effect: "none",
        },
      }),
    ]);
    const shown = `      fix: As the owner:
           SET lock_timeout = '5s';
           ALTER TABLE a REPLICA IDENTITY DEFAULT;
           This would lose disk space. Decide first, then run:
           SET lock_timeout = '5s';
           ALTER TABLE b REPLICA IDENTITY FULL;
      see: docs/replica-identity.md
`;
    for (const text of [renderTable(mixed, WIDE), renderShort(mixed, WIDE)]) expect(text).toContain(shown);
    expect(renderChecklist(mixed, LATER)).toContain(shown.replaceAll(/^ {2}/gm, ""));
    expect(JSON.parse(renderJson(mixed)).checks[0].fix).toMatchObject({
      destroys: "disk space",
      destructive: [full],
    });
  });

  it("says what to decide about the statements of one of several choices", () => {
    const fix = {
      text: "Do without:",
      sql: [sql`GRANT a TO b;`],
      choice: "b may do more then.",
      effect: "none",
    } as const;
    expect(renderTable(report([result("admin-rights", "fail", { message: "bad", fix })]), WIDE)).toContain(
      `      fix: Do without:
           b may do more then. Decide first, then run:
           GRANT a TO b;
`,
    );
  });

  it("shows ten statements, those that need no decision first", () => {
    const grants = Array.from({ length: 6 }, (_, index) => sql`GRANT ${integerSql(index)};`);
    const drops = Array.from({ length: 6 }, (_, index) => sql`DROP ${integerSql(index)};`);
    const fix = {
      text: "Do",
      sql: [...drops, ...grants],
      destroys: "it",
      destructive: drops,
      effect: "none",
    } as const;
    const lines = renderTable(report([result("a", "fail", { message: "bad", fix })]), WIDE).split("\n");
    const shown = lines.map((line) => line.trim()).filter((line) => /^(GRANT|DROP|This|…)/.test(line));
    expect(shown).toEqual([
      ...grants,
      "This would lose it. Decide first, then run:",
      ...drops.slice(0, 4),
      "… and 2 more statements: pulumi-ardent preflight --fix-script prints all",
    ]);
  });

  it("says what to do next for a source that is ready, without a grant script", () => {
    expect(renderTable(report([result("read-tables", "pass")]), WIDE)).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✓ read-tables  read-tables is well

ready: 1 passed
  next: pulumi preview
`,
    );
  });

  it("has the grant script if grants are missing, followed by the summary", () => {
    const missing = report([result("read-tables", "fail", { message: "bad" })]);
    expect(renderTable(missing, WIDE)).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✗ read-tables  bad

Grant script

GRANT 1;

not ready: 1 failed
  failed: read-tables
  next: after the fixes above, pulumi-ardent preflight again
`,
    );
    expect(renderTable(report([result("wal-level", "fail")]), WIDE)).not.toContain("Grant script");
  });

  it("names only existing checks as those that the grant script fixes", () => {
    const shown = CATALOG.filter(({ id }) =>
      renderTable(report([result(id, "fail")]), WIDE).includes("Grant script"),
    );
    expect(shown.map(({ id }) => id)).toEqual([
      "role-exists",
      "database-connect",
      "database-create",
      "schema-usage",
      "read-tables",
      "read-sequences",
      "default-privileges",
    ]);
  });

  it("says once which checks a failed login prevents", () => {
    const refused = report([
      result("login", "fail", { message: "refused" }),
      result("hba-sql", "skipped", { message: "no egress IP", missing: "egress-ip" }),
      result("hba-replication-line", "skipped", { message: "needs hba-sql", needs: "hba-sql" }),
      result("wal-level", "skipped", { message: "needs login", needs: "login" }),
      result("role-exists", "skipped", { message: "needs login", needs: "login" }),
      result("read-tables", "skipped", { message: "needs role-exists", needs: "role-exists" }),
    ]);
    expect(renderTable(refused, WIDE)).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✗ login    refused
  - hba-sql  skipped: no egress IP

not ready: 1 failed, 5 skipped
  failed: login
  not judged: pg_hba.conf: give --egress-ip
              3 checks not run: need login
  next: after the fixes above, pulumi-ardent preflight again
`,
    );
  });

  it("wraps prose at the terminal's width, and breaks no name, statement or line to paste", () => {
    const statement = sql`ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'test_decoding', 'wal2json';`;
    const line = "hostssl  a_database_with_a_long_name  a_role  203.0.113.7/32  scram-sha-256";
    const wide = report([
      result("hba-sql", "fail", {
        message: "an SQL session from 203.0.113.7 is rejected: no line matches",
        findings: [
          {
            object: "role with some spaces to database with some spaces from 203.0.113.7",
            current: "no matching line",
            where: "/etc/postgresql/17/main/pg_hba.conf:97",
            needed: "a line for scram-sha-256",
          },
        ],
        findingCount: 1,
        fix: {
          text: `Add this line above the first one that matches, then:\n${line}`,
          sql: [statement],
          effect: "reload",
        },
      }),
      result("login", "fail", {
        message: `role "with some spaces" is not known; run SELECT pg_catalog.pg_reload_conf(); set a = 'b'`,
      }),
    ]);
    expect(renderTable(wide, { color: false, width: 60 })).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

server
  ✗ hba-sql  an SQL session from 203.0.113.7 is rejected: no
             line matches
      role with some spaces to database with some spaces from 203.0.113.7:
        no matching line
        (/etc/postgresql/17/main/pg_hba.conf:97); needs a
        line for scram-sha-256
      fix: Add this line above the first one that matches,
           then:
           ${line}
           ${statement}
           then reload: SELECT pg_catalog.pg_reload_conf();
      see: docs/hba-sql.md
  ✗ login    role "with some spaces" is not known; run
             SELECT pg_catalog.pg_reload_conf(); set a = 'b'

not ready: 2 failed
  failed: hba-sql, login
  next: pulumi-ardent preflight … --fix-script > fixes.sql
`,
    );
  });

  it("limits the length of a server's text", () => {
    const long = report([result("a", "fail", { message: "word ".repeat(1_000_000) })]);
    expect(renderTable(long, { color: false, width: 80 }).length).toBeLessThan(30_000);
  });

  it("keeps names with line breaks on their line, without terminal control characters", () => {
    const nasty = result("a", "fail", {
      message: "bad: x\ny",
      findings: [{ object: "line\nbreak", current: "\u001b[2Jcleared\u009b0m" }],
      findingCount: 1,
      fix: { text: "Do", sql: [sql`DROP TABLE "a\u001b]0;title\u0007";`], effect: "none" },
    });
    expect(renderChecklist(report([nasty]), LATER)).toContain(`✗ a  bad: x\\ny [shop at db:5432]
    line\\nbreak: \\x1b[2Jcleared\\x9b0m
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
        WIDE,
      );
    expect(long(grants)).toContain(`
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

not ready: 1 failed
`);
    expect(long(grants.slice(0, 11))).toContain("GRANT 9;\n           … and 1 more statement: pulumi-ardent");
    expect(long(grants.slice(0, 10))).toContain("GRANT 9;\n           then reload");
  });

  it("shows a short grant script, and says where a longer one is", () => {
    const withScript = (lines: number) =>
      renderTable(
        { ...report([result("read-tables", "fail")]), grantScript: "GRANT 1;\n".repeat(lines) },
        WIDE,
      );
    expect(
      withScript(100)
        .split("\n")
        .filter((line) => line === "GRANT 1;"),
    ).toHaveLength(100);
    expect(withScript(101)).toContain(`
Grant script

101 lines, too long to show here. pulumi-ardent grants prints
it for the schemas you name; with --output json it is the field "grantScript".

not ready: 1 failed
`);
  });

  it("says the same with and without colors", () => {
    for (const width of [60, 200]) {
      const colored = renderTable(MIXED, { color: true, width });
      expect(colored).toContain("\u001b[31m✗\u001b[39m");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colors begin with one
      const plain = colored.replaceAll(/\u001b\[\d+m/g, "");
      expect(plain).toBe(renderTable(MIXED, { color: false, width }));
    }
  });
});

describe("the short report", () => {
  it("omits passed and skipped checks and the grant script", () => {
    const shown = CHECKLIST.replace("  ✓ ipv4-address   ipv4-address is well (192.0.2.1)\n", "").replace(
      "  - login          skipped: the role's password is not known here\n",
      "",
    );
    expect(renderShort(MIXED, WIDE)).toBe(
      `shop at db.example.com:5432, Postgres 17.11, as ardent

${shown}
not ready: 1 failed, 1 unknown, 1 warning, 1 pending, 1 passed
  failed: wal-level
  unknown: tcp-reachable
  warnings: hba-sql
  not judged: the role's login: set ARDENT_ROLE_PASSWORD
              1 check not run: needs wal-level
  next: pulumi-ardent preflight … --fix-script > fixes.sql
`,
    );
    expect(renderShort(report([result("read-tables", "fail")]), WIDE)).not.toContain("Grant script");
  });

  it("is only the summary if everything passes", () => {
    expect(renderShort(report([result("a", "pass"), result("b", "skipped")]), WIDE)).toBe(
      "shop at db.example.com:5432, Postgres 17.11, as ardent\n\nready: 1 passed\n  next: pulumi preview\n",
    );
  });

  it("has colors if the terminal supports them", () => {
    expect(renderShort(MIXED, { ...WIDE, color: true })).toContain("\u001b[31m✗\u001b[39m");
  });
});

/** In a deployment of a source that was deployed before. */
const LATER = { place: "shop at db:5432", isFirst: false };

describe("the report in a deployment", () => {
  it("is one line if there is nothing to do", () => {
    const text = renderChecklist(
      report([result("a", "pass"), result("b", "pass"), result("c", "skipped")]),
      LATER,
    );
    expect(text).toBe("shop at db:5432: preflight ok: 2 passed, 1 skipped");
    expect(renderChecklist(report([result("a", "pass")]), LATER)).toBe(
      "shop at db:5432: preflight ok: 1 passed",
    );
  });

  it("is one line with the fix if the source cannot be reached", () => {
    const checks = [
      result("tcp-reachable", "unknown", {
        category: "connection",
        message: "db:5432 cannot be reached from this machine (ECONNREFUSED)",
        fix: { text: "Check the port.", sql: [], effect: "none" },
      }),
      result("login", "unknown", { message: "db:5432: nothing accepts connections", needs: "tcp-reachable" }),
      result("wal-level", "unknown", { message: "needs login, which is unknown", needs: "login" }),
      result("wal2json", "unknown", { message: "needs wal-level, which is unknown", needs: "wal-level" }),
      result("ardent-connector", "warn", { message: "the connector is degraded", category: "ardent" }),
    ];
    expect(renderChecklist(report(checks), LATER)).toBe(
      "shop at db:5432: preflight incomplete: 4 unknown, 1 warning; tcp-reachable: db:5432 cannot be reached from " +
        "this machine (ECONNREFUSED). Check the port.",
    );
  });

  it("has first what failed with its fix, then pending checks in groups, counts the rest and says where it is", () => {
    const pending = (id: string, category: CheckResult["category"], more: Partial<CheckResult> = {}) =>
      result(id, "pending", { category, message: `${id} is missing`, ...more });
    const checks = [
      pending("login", "connection", { message: "not known before the deployment: a.b", waitsFor: "value" }),
      ...MIXED.checks,
      pending("role-login", "role"),
      pending("schemas-exist", "grants", {
        message: "there is no schema audit",
        findings: [{ object: "schema audit" }],
        findingCount: 1,
        waitsFor: "creation",
      }),
      pending("schema-usage", "grants", { message: "waits for schemas-exist", waitsFor: "creation" }),
      pending("read-tables", "grants"),
      pending("read-sequences", "grants"),
      pending("role-password", "role", {
        message: "not known before the deployment: a.b",
        waitsFor: "value",
      }),
    ];
    const place = "[shop at db:5432]";
    expect(renderChecklist(report(checks), LATER)).toBe(
      `shop at db:5432: preflight failed: 1 failed, 1 unknown, 1 warning, 8 pending, 1 passed, 3 skipped
✗ wal-level      wal_level is replica ${place}
    wal_level: replica (postgresql.conf:12); needs logical
    fix: Set it
         ALTER SYSTEM SET wal_level = 'logical';
         then restart Postgres
    see: docs/wal-level.md
? tcp-reachable  unknown: 192.0.2.1:5432 cannot be reached from this machine ${place}
    fix: Check the port.
    see: docs/tcp-reachable.md
! hba-sql        it is unknown ${place}
    a (role x)
    b: needs c (pg_roles)
    d: e
    and 5 more
    fix: Add this line:
         host all all
         then reload: SELECT pg_catalog.pg_reload_conf();
    see: docs/hba-sql.md
… inputs         not known before the deployment: a.b (login, role-password) ${place}
… role           pending: created by this deployment (role-exists, role-login) ${place}
… grants         there is no schema audit (pending: may be created by this deployment: schemas-exist, schema-usage) ${place}
… grants         pending: created by this deployment (read-tables, read-sequences) ${place}
- not judged: 1 check not run: needs wal-level ${place}
next: after the fixes above, pulumi preview; npx pulumi-ardent preflight <url> shows all 15 checks ${place}`,
    );
  });

  it("says what a single pending check found", () => {
    const checks = [result("a", "pass"), result("b", "skipped"), result("c", "pending", { message: "no c" })];
    expect(renderChecklist(report(checks), LATER)).toBe(
      "shop at db:5432: preflight ok: 1 pending, 1 passed, 1 skipped\n" +
        "… c  no c (pending: this deployment will fix it) [shop at db:5432]",
    );
  });

  it("says of an existing role that the deployment changes it", () => {
    const role = (id: string) => result(id, "pending", { category: "role" });
    expect(renderChecklist(report([role("role-superuser"), role("role-replication")]), LATER)).toContain(
      "… role  pending: changed by this deployment (role-superuser, role-replication) [",
    );
  });

  it("says on a first install which argument lets pg_hba.conf be judged", () => {
    const skipped = result("hba-sql", "skipped", { message: "no egress IP", missing: "egress-ip" });
    const judged = report([result("a", "fail"), skipped]);
    const line = "\n- not judged: pg_hba.conf: set egressIp [shop at db:5432]\n";
    expect(renderChecklist(judged, { ...LATER, isFirst: true })).toContain(line);
    expect(renderChecklist(judged, LATER)).not.toContain("not judged");
  });
});

describe("the report as JSON", () => {
  it("is the report", () => {
    expect(JSON.parse(renderJson(MIXED))).toEqual(MIXED);
  });

  it("contains every statement of a long fix and the whole grant script", () => {
    const grants = Array.from({ length: 1000 }, (_, index) => sql`GRANT ${integerSql(index)};`);
    const long = {
      ...report([result("a", "fail", { fix: { text: "Do", sql: grants, effect: "none" } })]),
      grantScript: "GRANT 1;\n".repeat(1000),
    };
    expect(JSON.parse(renderJson(long))).toEqual(long);
  });
});

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pulumi-ardent preflight: shop at db.example.com:5432" tests="8" failures="1" errors="1" skipped="4">
  <testsuite name="connection" tests="2" failures="0" errors="1" skipped="0">
    <testcase name="ipv4-address: ipv4-address is well" classname="preflight.connection"/>
    <testcase name="tcp-reachable: tcp-reachable is well" classname="preflight.connection">
      <error message="192.0.2.1:5432 cannot be reached from this machine" type="tcp-reachable">? tcp-reachable  unknown: 192.0.2.1:5432 cannot be reached from this machine
    fix: Check the port.
    see: docs/tcp-reachable.md</error>
    </testcase>
  </testsuite>
  <testsuite name="server" tests="5" failures="1" errors="0" skipped="3">
    <testcase name="wal-level: wal-level is well" classname="preflight.server">
      <failure message="wal_level is replica" type="wal-level">✗ wal-level  wal_level is replica
    wal_level: replica (postgresql.conf:12); needs logical
    fix: Set it
         ALTER SYSTEM SET wal_level = &apos;logical&apos;;
         then restart Postgres
    see: docs/wal-level.md</failure>
    </testcase>
    <testcase name="hba-sql: hba-sql is well" classname="preflight.server">
      <system-out>! hba-sql  it is unknown
    a (role x)
    b: needs c (pg_roles)
    d: e
    and 5 more
    fix: Add this line:
         host all all
         then reload: SELECT pg_catalog.pg_reload_conf();
    see: docs/hba-sql.md</system-out>
    </testcase>
    <testcase name="login: login is well" classname="preflight.server">
      <skipped message="the role&apos;s password is not known here"/>
    </testcase>
    <testcase name="wal2json: wal2json is well" classname="preflight.server">
      <skipped message="needs wal-level"/>
    </testcase>
    <testcase name="admin-rights: admin-rights is well" classname="preflight.server">
      <skipped message="applies to deployments only"/>
    </testcase>
  </testsuite>
  <testsuite name="role" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="role-exists: role-exists is well" classname="preflight.role">
      <skipped message="there is no role ardent"/>
    </testcase>
  </testsuite>
</testsuites>
`;

describe("the report as JUnit XML", () => {
  it("has a suite for each category, and a test for each check, with its findings and fixes", () => {
    expect(renderJunit(MIXED)).toBe(JUNIT);
  });

  it("writes what a server says as text, whatever characters it has", () => {
    const message = `"]]>&<b> ${ALL_HOSTILE}`;
    const xml = renderJunit(report([result("wal-level", "fail", { message })]));
    expect(xml).toContain('message="&quot;]]&gt;&amp;&lt;b&gt; ');
    expect(xml).not.toMatch(/<b>|\]\]>/);
    expectHarmless(xml);
  });
});

describe("the report as Markdown", () => {
  it("begins with the verdict, and shows what did not pass", () => {
    const [head, problems, all, ...rest] = renderMarkdown(MIXED).split("\n\n```\n");
    expect(rest).toEqual([]);
    expect(head).toBe(
      "### `shop` at `db.example.com:5432`: not ready; 1 failed, 1 unknown, 1 warning, 1 pending, 1 passed, 3 skipped",
    );
    expect(problems).toContain(
      "  ✗ wal-level      wal_level is replica\n      wal_level: replica (postgresql.conf:12); needs logical\n",
    );
    expect(problems).not.toContain("ipv4-address");
    expect(problems).toMatch(/\n```\n\n<details><summary>All checks<\/summary>$/);
    expect(all).toContain("✓ ipv4-address");
    expect(all).toMatch(/\n```\n\n<\/details>\n$/);
  });

  it("keeps what a server says in its block, whatever characters it has", () => {
    const markdown = renderMarkdown(
      report([result("wal-level", "fail", { message: `\`\`\`\n# forged\n<img> @all ${ALL_HOSTILE}` })]),
    );
    expectHarmless(markdown);
    expect(markdown.split("\n").filter((line) => /^(#|<img|`{3}$)/.test(line))).toEqual([
      expect.stringMatching(/^### /),
    ]);
  });
});

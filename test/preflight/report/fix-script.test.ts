import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { SCRIPT_HEAD } from "../../../src/postgres/psql-script";
import { integerSql, sql } from "../../../src/postgres/sql-text";
import type { CheckResult, PreflightReport } from "../../../src/preflight/report";
import { renderFixScript } from "../../../src/preflight/report/fix-script";
import { type Source, startSource } from "../source";

function result(id: string, more: Partial<CheckResult>): CheckResult {
  return {
    id,
    category: "server",
    title: `${id} is well`,
    severity: "error",
    outcome: "fail",
    message: `${id} is not well`,
    findings: [],
    findingCount: 0,
    docs: `docs/${id}.md`,
    ...more,
  };
}

function report(checks: readonly CheckResult[]): PreflightReport {
  return {
    schemaVersion: 1,
    ok: false,
    source: { host: "db.example.com", port: 5432, database: "shop", role: "ardent" },
    limitSeconds: 60,
    summary: { pass: 0, warn: 0, fail: checks.length, pending: 0, skipped: 0, unknown: 0 },
    checks,
    grantScript: "",
  };
}

/** The script from its first fix on, and those lines of it that psql runs. */
function sectionsOf(checks: readonly CheckResult[]) {
  const whole = renderFixScript(report(checks));
  const script = whole.slice(whole.indexOf("\n\n-- ", whole.indexOf("It drops and rewrites nothing")) + 2);
  const code = script.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
  return { script, code };
}

describe("the script of all fixes", () => {
  it("contains each fix in run order, with what it needs", () => {
    const script = renderFixScript(
      report([
        result("login", { outcome: "pass" }),
        result("hba-sql", { fix: { text: "Add this line:\nhost all all", sql: [], effect: "reload" } }),
        result("wal-level", {
          fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET wal_level = 'logical';`], effect: "restart" },
        }),
        result("slot-wal-keep-size", {
          fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET a = 1;`], effect: "reload" },
        }),
        result("session-timeouts", {
          outcome: "warn",
          fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET b = 1;`], effect: "reload" },
        }),
        result("wal2json", {
          outcome: "skipped",
          fix: { text: "To see it:", sql: [sql`GRANT x TO y;`], effect: "none" },
        }),
        result("replica-identity", {
          fix: {
            text: "As the owner:",
            sql: [sql`SET lock_timeout = '5s';`, sql`ALTER TABLE a REPLICA IDENTITY FULL;`],
            effect: "none",
          },
        }),
      ]),
    );
    const [, TOKEN] = /^\\set ON_ERROR_STOP on \\restrict ([0-9a-f]{32})$/m.exec(script) ?? [];
    expect(
      script,
    ).toBe(`-- For psql -f. From here on a psql that knows \\restrict accepts no meta-commands (\\!, \\copy …); an
-- older psql says "invalid command \\restrict" and continues. Pasted: \\unrestrict ${TOKEN} ends it.
\\encoding UTF8
\\set ON_ERROR_STOP off
\\set ON_ERROR_STOP on \\restrict ${TOKEN}
${SCRIPT_HEAD.join("\n")}

-- Fixes for database shop at db.example.com:5432, written by pulumi-ardent preflight.
-- Run it in that database with psql -f, as a superuser or the owner of what it changes, and without
-- --single-transaction. Checks that depend on one of these have no fix yet: run preflight again afterwards.
-- It drops and rewrites nothing: statements that need a decision are commented out.

-- hba-sql: hba-sql is not well
-- BY HAND: Add this line:
-- host all all
-- NEEDS A RELOAD: SELECT pg_catalog.pg_reload_conf();

-- wal-level: wal-level is not well
-- Set it
ALTER SYSTEM SET wal_level = 'logical';
-- NEEDS A RESTART of Postgres

-- slot-wal-keep-size: slot-wal-keep-size is not well
-- Set it
ALTER SYSTEM SET a = 1;
-- takes effect after the reload at the end

-- session-timeouts: session-timeouts is not well
-- BY HAND: Set it
-- This fixes only a warning. Decide first, then run:
-- ALTER SYSTEM SET b = 1;
-- NEEDS A RELOAD: SELECT pg_catalog.pg_reload_conf();

-- replica-identity: replica-identity is not well
-- As the owner:
SET lock_timeout = '5s';
ALTER TABLE a REPLICA IDENTITY FULL;
RESET lock_timeout;

SELECT pg_catalog.pg_reload_conf();

-- RESTART Postgres now, for: wal-level
`);
  });

  it("comments out statements that lose something, with what they lose, for names with any line breaks", () => {
    const { script } = sectionsOf([
      result("duplicate-source", {
        fix: {
          text: "If none uses it:",
          sql: [
            sql`SELECT pg_catalog.pg_drop_replication_slot('a');`,
            sql`DROP EVENT TRIGGER ${quoteIdentifier("b\nDROP TABLE c;")};`,
          ],
          destroys: "the slot's place",
          effect: "none",
        },
      }),
    ]);
    expect(script).toBe(`-- duplicate-source: duplicate-source is not well
-- BY HAND: If none uses it:
-- This would lose the slot's place. Decide first, then run:
-- SELECT pg_catalog.pg_drop_replication_slot('a');
-- DROP EVENT TRIGGER U&"b\\000ADROP TABLE c;";
`);
  });

  it("runs the statements of a fix that lose nothing, and comments out the others with their time limit", () => {
    const [limit, safe, full] = [
      sql`SET lock_timeout = '5s';`,
      sql`ALTER TABLE a REPLICA IDENTITY DEFAULT;`,
      sql`ALTER TABLE b REPLICA IDENTITY FULL;`,
    ];
    const fix = { text: "As the owner:", destroys: "disk", destructive: [full], effect: "none" } as const;
    expect(
      sectionsOf([result("replica-identity", { fix: { ...fix, sql: [limit, full, safe] } })]).script,
    ).toBe(`-- replica-identity: replica-identity is not well
-- As the owner:
SET lock_timeout = '5s';
ALTER TABLE a REPLICA IDENTITY DEFAULT;
RESET lock_timeout;
-- This would lose disk. Decide first, then run:
-- SET lock_timeout = '5s';
-- ALTER TABLE b REPLICA IDENTITY FULL;
`);
    expect(sectionsOf([result("replica-identity", { fix: { ...fix, sql: [limit, full] } })]).code).toEqual(
      [],
    );
  });

  it("comments out the statements of one of several choices, with what to decide", () => {
    const { script } = sectionsOf([
      result("admin-rights", {
        fix: {
          text: "As a superuser, or:",
          sql: [sql`GRANT a TO b;`],
          choice: "b\nmay do more then.",
          effect: "none",
        },
      }),
    ]);
    expect(script).toBe(`-- admin-rights: admin-rights is not well
-- BY HAND: As a superuser, or:
-- b
-- may do more then. Decide first, then run:
-- GRANT a TO b;
`);
  });

  it("creates the role before it is named, and only once", () => {
    const setting = sql`ALTER ROLE "it's" IN DATABASE shop SET statement_timeout = 0;`;
    const create = sql`CREATE ROLE "it's" LOGIN;`;
    const { code } = sectionsOf([
      result("writable-primary", { fix: { text: "Set", sql: [setting], effect: "none" } }),
      result("role-exists", { fix: { text: "Create", sql: [create], effect: "none" } }),
    ]);
    expect(code).toEqual([
      `DO 'BEGIN CREATE ROLE "it''s" LOGIN; EXCEPTION WHEN duplicate_object THEN RAISE NOTICE ''already exists''; END';`,
      setting,
    ]);
  });

  it("creates the language of the role's statement before the role", () => {
    const { code } = sectionsOf([
      result("plpgsql", {
        fix: { text: "Install", sql: [sql`CREATE EXTENSION IF NOT EXISTS plpgsql;`], effect: "none" },
      }),
      result("role-exists", { fix: { text: "Create", sql: [sql`CREATE ROLE a LOGIN;`], effect: "none" } }),
    ]);
    expect(code.map((line) => line.slice(0, 16))).toEqual(["CREATE EXTENSION", "DO 'BEGIN CREATE"]);
  });

  it("waits for no standby if commits would hang and there is something to commit", () => {
    const waits = result("synchronous-replication", {
      fix: { text: "Start the standbys", sql: [], effect: "none" },
    });
    const grant = result("schema-usage", {
      fix: { text: "Grant", sql: [sql`GRANT a TO b;`], effect: "none" },
    });
    expect(sectionsOf([waits, grant]).code).toEqual(["SET synchronous_commit = local;", "GRANT a TO b;"]);
    expect(sectionsOf([waits]).code).toEqual([]);
  });

  it("asks for no restart or reload while the server's files have errors, but to correct them first", () => {
    const files = result("config-files", {
      fix: { text: "Correct these lines", sql: [], effect: "none" },
    });
    const walLevel = result("wal-level", {
      fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET wal_level = 'logical';`], effect: "restart" },
    });
    const keepSize = result("slot-wal-keep-size", {
      fix: { text: "Set it", sql: [sql`ALTER SYSTEM SET a = 1;`], effect: "reload" },
    });
    const first = `-- Correct the files that config-files names before Postgres is reloaded or restarted.
-- The server could not start with them. Then: `;
    const both = sectionsOf([files, walLevel, keepSize]);
    expect(both.script).toContain(`\n\n${first}restart it, for: wal-level\n`);
    expect(both.code).toEqual([...(walLevel.fix?.sql ?? []), ...(keepSize.fix?.sql ?? [])]);
    expect(both.script).not.toContain("RESTART Postgres now");
    const reload = sectionsOf([files, keepSize]);
    expect(reload.script).toContain(`\n\n${first}SELECT pg_catalog.pg_reload_conf();\n`);
    expect(reload.code).toEqual(keepSize.fix?.sql);
  });

  it("contains every statement, even of a long fix", () => {
    const grants = Array.from({ length: 1000 }, (_, index) => sql`GRANT ${integerSql(index)};`);
    const script = renderFixScript(
      report([result("a", { fix: { text: "Do", sql: grants, effect: "none" } })]),
    );
    expect(script.split("\n").filter((line) => line.startsWith("GRANT"))).toEqual(grants);
  });

  it("says so when there is nothing to fix", () => {
    expect(renderFixScript(report([result("login", { outcome: "pass" })]))).toMatch(
      /\n-- Fixes for .*\n-- There is nothing to fix\.\n$/,
    );
  });

  it.each(["\n", "\r", "\r\n"])("keeps a name with the line break %j inside its comment", (lineBreak) => {
    const script = renderFixScript(
      report([
        result("read-tables", {
          message: `cannot read a${lineBreak}DROP TABLE b;`,
          fix: { text: `see c${lineBreak}DROP TABLE d;`, sql: [], effect: "none" },
        }),
      ]),
    );
    const code = script.split(/[\r\n]/).filter((line) => line !== "" && !/^(--|\\)/.test(line));
    expect(code).toEqual(SCRIPT_HEAD);
  });
});

describe("the script of all fixes on a new server", () => {
  const TABLES = ["orders", 'Order "lines"', "50% off", "über\n\\! DROP", "; DROP TABLE orders; --"];
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ ready: false });
    await source.run(
      "CREATE ROLE app",
      ...TABLES.map((name) => `CREATE TABLE ${quoteIdentifier(name)} (id int)`),
    );
    await source.run(...TABLES.map((name) => `ALTER TABLE ${quoteIdentifier(name)} OWNER TO app`));
  });
  afterAll(() => source.stop());

  it("makes it ready by psql -f and a restart", async () => {
    const schemas = [{ name: "public", owners: ["app"] }];
    // Nothing else is chosen for a table without a key by itself.
    const full = TABLES.map((name) => [`public.${name}`, "replica_identity_full"] as const);
    const preflight = () => source.preflight({ request: { schemas, decisions: Object.fromEntries(full) } });
    const fix = async () => {
      const script = renderFixScript(await preflight());
      await source.exec(["sh", "-c", 'printf %s "$1" > /tmp/fixes.sql', "sh", script]);
      await source.exec(["psql", "--quiet", "--no-psqlrc", "--file", "/tmp/fixes.sql", "postgres"]);
    };
    expect((await preflight()).summary.fail).toBeGreaterThan(3);
    await fix();
    // What the script leaves to the reader: a password is nothing to write down, and the restart.
    await source.run("ALTER ROLE ardent PASSWORD 'x'");
    await source.restart();
    // What waited for the role has its fix now.
    await fix();
    const { checks, ok } = await preflight();
    expect(checks.filter(({ outcome }) => outcome === "fail" || outcome === "unknown")).toEqual([]);
    expect(ok).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { accessPlan } from "../src/access/plan";
import { grantScript } from "../src/access/sql";
import { describeQuarantine } from "../src/ardent/describe-quarantine";
import { ArdentApiError, type ArdentErrorCode } from "../src/ardent/errors";
import { describeOperation } from "../src/ardent/wait-for-operation";
import { renderTableOwners, renderTableOwnersJson } from "../src/cli/owners-command";
import { PartialFailure } from "../src/dynamic/runtime/partial-failure";
import { UserError } from "../src/errors";
import { CATEGORIES, type Outcome } from "../src/preflight/check/check";
import type { CheckResult, PreflightReport } from "../src/preflight/report";
import { renderChecklist } from "../src/preflight/report/checklist";
import { renderFixScript } from "../src/preflight/report/fix-script";
import { renderJson } from "../src/preflight/report/json";
import { renderShort, renderTable } from "../src/preflight/report/table";
import { printableError } from "../src/printable-error";
import { printableJson, printableLines, printableScript, printableValue } from "../src/printable-text";
import { ALL_HOSTILE, expectHarmless, HOSTILE, mapStrings } from "./support/hostile-text";

const OUTCOMES: readonly Outcome[] = ["pass", "warn", "fail", "pending", "skipped", "unknown"];

/** A report with every field that there is, and one check of each outcome in each category. */
const report: PreflightReport = {
  schemaVersion: 1,
  ok: false,
  source: {
    host: "h",
    port: 5432,
    database: "d",
    serverVersion: "17.1",
    role: "r",
    cluster: { systemIdentifier: "1", timeline: 1, major: 17 },
  },
  summary: { pass: 1, warn: 1, fail: 1, pending: 1, skipped: 1, unknown: 1 },
  checks: CATEGORIES.flatMap((category) =>
    OUTCOMES.map(
      (outcome): CheckResult => ({
        id: `${category}-${outcome}`,
        category,
        title: "title",
        severity: "error",
        outcome,
        message: "message",
        findings: [{ object: "object", current: "current", needed: "needed", where: "where" }],
        findingCount: 7,
        // By hand: what is SQL is written by the functions that quote.
        fix: { text: "text", sql: [], effect: "reload" },
        docs: "docs",
      }),
    ),
  ),
  limitSeconds: 60,
  grantScript: "BEGIN;",
};

/** Ids, categories and outcomes are ours. */
function planted(text: string): PreflightReport {
  return {
    ...mapStrings(report, () => text),
    checks: report.checks.map((check) => ({
      ...mapStrings(check, () => text),
      id: check.id,
      category: check.category,
      outcome: check.outcome,
      severity: check.severity,
      fix: { ...mapStrings(check.fix as NonNullable<typeof check.fix>, () => text), effect: "reload" },
    })),
  };
}

describe.each([...HOSTILE, ALL_HOSTILE].map((text) => [JSON.stringify(text), text] as const))(
  "text that holds %s",
  (_shown, text) => {
    it.each([
      ["the table", (one: PreflightReport) => renderTable(one, { color: false, width: 80 })],
      ["the short form", (one: PreflightReport) => renderShort(one, { color: false, width: 80 })],
      [
        "the checklist",
        (one: PreflightReport) => renderChecklist(one, { place: one.source.database, isFirst: true }),
      ],
      ["JSON", renderJson],
      ["the fix script", renderFixScript],
    ])("does nothing by %s of a report", (_name, render) => {
      expectHarmless(render(planted(text)));
    });

    it("adds no line to a report", () => {
      const lines = (one: PreflightReport) =>
        renderTable(one, { color: false, width: Infinity }).split("\n").length;
      const once = planted("plain");
      const own = {
        ...planted(text),
        checks: planted(text).checks.map((check) => ({ ...check, fix: undefined })),
      };
      expect(lines(own)).toBe(
        lines({ ...once, checks: once.checks.map((check) => ({ ...check, fix: undefined })) }),
      );
    });

    it("is in JSON what it was", () => {
      expect(JSON.parse(renderJson(planted(text)))).toEqual(planted(text));
      expect(JSON.parse(printableJson({ [text]: text }))).toEqual({ [text]: text });
    });

    it("does nothing by the owners, as a table, as arguments and as JSON", () => {
      const owner = {
        schema: text,
        owner: text,
        tables: 1,
        sequences: 0,
        tablesElsewhere: 0,
        creates: true,
        superuser: false,
      };
      expectHarmless(renderTableOwners([owner]));
      expectHarmless(renderTableOwnersJson([owner]));
      expect(JSON.parse(renderTableOwnersJson([owner]))).toEqual([owner]);
    });

    it("does nothing by an error", () => {
      const cause = Object.assign(new Error(text), { severity: "ERROR" });
      const problem = { what: text, object: text, current: text, needed: text, fix: text };
      const error = new UserError(text, [problem], { cause });
      for (const shown of [error.message, error.stack, cause.message, cause.stack, String(error)])
        expectHarmless(shown ?? "");
      const thrown = printableError(new Error(`a\n${text}`));
      expectHarmless(`${thrown.message}\n${thrown.stack}`);
      const partial = new PartialFailure("id", { __provider: "" }, new Error(text));
      expectHarmless([partial.message, ...partial.reasons].join("\n"));
    });

    it("does nothing by an error of the service", () => {
      const codes: readonly ArdentErrorCode[] = [
        "unauthorized",
        "forbidden",
        "not-found",
        "conflict",
        "invalid",
        "rate-limited",
        "unavailable",
        "unreachable",
        "unexpected-reply",
      ];
      const preflight = {
        pass: false,
        failed: [{ name: text, message: text }],
        grantScript: `${text}\n${text}`,
      };
      for (const code of codes)
        for (const more of [{}, { preflight }, { preflight: { pass: false, failed: [] } }]) {
          const facts = { code, operation: text, request: text, host: text, detail: text, ...more };
          expectHarmless(new ArdentApiError(facts).message);
        }
    });

    it("does nothing by the stages and quarantines of the service", () => {
      const operation = { id: text, status: text, stage: text, stage_label: text };
      const quarantine = { id: text, connector_id: text, status: text, message: text, tables: [text] };
      expectHarmless(printableLines(describeOperation(operation)));
      expectHarmless(printableLines(describeQuarantine(quarantine)));
    });

    it("does nothing by the comments of the grant script", () => {
      const plan = accessPlan({
        role: { name: text, create: false, superuser: false },
        databases: { [text]: {} },
      });
      const comments = grantScript(plan)
        .split("\n")
        .filter((line) => line.startsWith("--"));
      expect(comments).toHaveLength(2);
      expectHarmless(comments.join("\n"));
    });

    it("changes nothing the second time", () => {
      const once = printableLines(printableValue(text));
      expect(printableLines(printableValue(once))).toBe(once);
    });
  },
);

describe("a text that is printed", () => {
  it("keeps its own line breaks, and its colors where it has some", () => {
    const bold = "\u001b[1mtable\u001b[22m\n  x \u001b[5m";
    expect(printableLines(bold, { colored: true })).toBe("\u001b[1mtable\u001b[22m\n  x \\x1b[5m");
    expect(printableLines(bold)).toBe("\\x1b[1mtable\\x1b[22m\n  x \\x1b[5m");
  });

  it("escapes a command of a log", () => {
    expect(printableLines("::error::x\n  ::warning::y\na::b")).toBe(
      "\\x3a:error::x\n  \\x3a:warning::y\na::b",
    );
    expect(printableLines("a ##[error]x ###vso[y ## z")).toBe("a \\x23#[error]x #\\x23#vso[y ## z");
    expect(printableLines("<{%x%}> <{ {% %} >")).toBe("\\x3c{%x%\\x7d> <{ {% %} >");
  });

  it("cuts a long text and counts the rest", () => {
    const long = printableValue("x".repeat(1_000_000));
    expect(long).toMatch(/^x{1960} … \(998040 more characters\)$/);
    expect(printableValue(long)).toBe(long);
    expect(printableValue(`${"x".repeat(1959)}${"🐘".repeat(30)}`)).not.toMatch(/\\ud/);
    const lines = printableLines(`${"y".repeat(20_000)}\nz`).split("\n");
    expect(lines).toEqual([expect.stringMatching(/^y{9960} … \(10040 more characters\)$/), "z"]);
    expect(printableScript("y".repeat(20_000))).toHaveLength(20_000);
    const error = new UserError("s", [{ what: "x".repeat(1_000_000), object: "o" }]);
    expect(error.message.length).toBeLessThan(2_100);
  });

  it("marks each line of the service's grant script", () => {
    const error = new ArdentApiError({
      code: "invalid",
      operation: "create the connector",
      request: "POST /v1/connectors",
      host: "h",
      preflight: { pass: false, failed: [], grantScript: "GRANT x;\n    see: forged\n" },
    });
    expect(
      error.message,
    ).toContain(`- Ardent's response contains its own grant script, which has not been reviewed
    fix:     read it before running it; the command pulumi-ardent grants prints a reviewed one for missing grants. Ardent's, unreviewed:
             | GRANT x;
             |     see: forged`);
  });
});

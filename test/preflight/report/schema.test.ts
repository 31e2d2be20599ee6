import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { CATEGORIES } from "../../../src/preflight/check/check";
import { MISSING_INPUTS } from "../../../src/preflight/facts/evidence";
import type { CheckResult, PreflightReport } from "../../../src/preflight/report";
import { renderJson } from "../../../src/preflight/report/json";
import { closedSchema } from "../../support/closed-schema";
import { type Source, startSource } from "../source";

const ROOT = join(__dirname, "../../..");
const FILE = "schemas/preflight-report.schema.json";
const schema = JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));

describe("the published schema of the report", () => {
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile(schema);
  const validateClosed = ajv.compile({ ...(closedSchema(schema) as object), $id: "closed" });
  let source: Source;
  const reports: PreflightReport[] = [];
  beforeAll(async () => {
    source = await startSource({ ready: false });
    await source.run("CREATE TABLE keyless (id int)");
    const egress = { request: { egressIp: "203.0.113.7" } };
    reports.push(await source.preflight(egress));
    await source.run("CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD 'right'");
    reports.push(await source.preflight({ ...egress, role: source.as("ardent", "right") }));
    reports.push(await source.preflight({ admin: source.as("ardent", "wrong") }));
    await source.stop();
    reports.push(await source.preflight());
  });

  it("describes the report of a server that is not ready, of one that rejects the login, and of none", () => {
    for (const report of reports) {
      const printed = JSON.parse(renderJson(report));
      expect(validateClosed(printed), ajv.errorsText(validateClosed.errors)).toBe(true);
      expect(validate(printed)).toBe(true);
    }
    const seen = new Set(reports.flatMap(({ checks }) => checks.map(({ outcome }) => outcome)));
    expect([...seen]).toEqual(expect.arrayContaining(["pass", "fail", "skipped", "unknown"]));
    const fixes = reports.flatMap(({ checks }) => checks.map(({ fix }) => fix?.effect));
    expect(fixes).toEqual(expect.arrayContaining(["none", "reload", "restart"]));
  });

  it("names every field of a check's result", () => {
    const every: { readonly [field in keyof Required<CheckResult>]: true } = {
      id: true,
      category: true,
      title: true,
      severity: true,
      pointInTime: true,
      outcome: true,
      refused: true,
      needs: true,
      missing: true,
      waitsFor: true,
      message: true,
      findings: true,
      findingCount: true,
      fix: true,
      restoredByRefresh: true,
      docs: true,
    };
    expect(Object.keys(schema.definitions.check.properties)).toEqual(Object.keys(every));
  });

  it("has exactly the inputs that a run can lack", () => {
    expect(schema.definitions.check.properties.missing.enum).toEqual([...MISSING_INPUTS]);
  });

  it("has exactly the categories", () => {
    expect(schema.definitions.check.properties.category.enum).toEqual([...CATEGORIES]);
  });

  it.each([
    ["another version", { schemaVersion: 2 }],
    ["an unknown outcome", { checks: [{ outcome: "maybe" }] }],
    ["no summary", { summary: undefined }],
  ])("refuses %s", (_, change) => {
    expect(validate({ ...reports[0], ...change })).toBe(false);
  });

  it("allows additional fields", () => {
    expect(validate({ ...JSON.parse(JSON.stringify(reports[0])), added: 1 })).toBe(true);
  });

  it("is in the package", () => {
    const { files, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(files).toContain("schemas");
    expect(exports[`./${FILE}`]).toBe(`./${FILE}`);
  });
});

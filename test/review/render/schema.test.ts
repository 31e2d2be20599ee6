import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { renderJson } from "../../../src/review/render/json";
import { review } from "../../../src/review/review";
import { UNKNOWN } from "../../../src/unknown-value";
import { closedSchema } from "../../support/closed-schema";
import { previewOf, type Step, selectOn, sourceArgs, TYPE } from "../digest";

const ROOT = join(__dirname, "../../..");
const FILE = "schemas/review.schema.json";
const schema = JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));

/** One change of each kind, as far as possible with names that only the deployment knows. */
const EVERYTHING: readonly Step[] = [
  {
    op: "update",
    type: TYPE.role,
    before: { name: "a", roles: ["g"] },
    after: { name: "a", superuser: true, password: "[secret]" },
    changed: ["password"],
    line: "project:///index.ts#3,1",
  },
  {
    op: "create",
    type: TYPE.grant,
    name: "1",
    after: selectOn({ objects: ["t"], privileges: UNKNOWN, role: UNKNOWN }),
  },
  {
    op: "delete",
    type: TYPE.grant,
    name: "2",
    before: selectOn({ objectType: "column", objects: ["t"], columns: ["c"] }),
  },
  {
    op: "create",
    type: TYPE.grant,
    name: "3",
    after: selectOn({ objectType: "foreign_server", objects: ["s"] }),
  },
  { op: "create", type: TYPE.defaults, after: selectOn({ owner: "o" }) },
  { op: "create", type: TYPE.grantRole, after: { role: UNKNOWN, grantRole: "g" } },
  { op: "create", type: TYPE.schema, after: { name: UNKNOWN, database: "shop", owner: "o" } },
  { op: "delete", type: TYPE.database, before: { name: "d", owner: "o" } },
  { op: "update", type: TYPE.source, before: sourceArgs(), after: sourceArgs({ host: UNKNOWN }) },
  {
    op: "replace",
    type: TYPE.connector,
    before: { connectorName: "c", source: { database: "a" } },
    after: { connectorName: "c", source: { database: UNKNOWN } },
  },
  { op: "create", type: "pulumi-nodejs:dynamic/ardent:Branch", after: { name: "b" } },
  { op: "create", type: TYPE.provider, after: { host: UNKNOWN, sslmode: "disable" } },
  {
    op: "update",
    type: TYPE.preflight,
    before: { source: { database: "a" }, checks: { x: "pass" } },
    after: { source: { database: UNKNOWN }, checks: { x: "warn" } },
  },
  { op: "create", type: "aws:s3/bucket:Bucket", after: {} },
];

describe("the published schema of the review", () => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(schema);
  const validateClosed = ajv.compile({ ...(closedSchema(schema) as object), $id: "closed" });
  const diagnostics = [
    { severity: "error", urn: "urn:x", message: "m" },
    { severity: "warning", message: "m" },
  ];
  const accepted = new Map([["superuser-gained", "because"]]);
  const full = review({ preview: previewOf(EVERYTHING, { diagnostics }), exitCode: 1 }, accepted);
  const printed = JSON.parse(
    renderJson([
      { ...full, violations: [{ policy: "p", pack: "k", mandatory: true, urn: "u", message: "m" }] },
      review({ preview: previewOf([]) }, accepted),
    ]),
  );

  it("describes every kind of change, with names and without", () => {
    expect(validateClosed(printed), ajv.errorsText(validateClosed.errors)).toBe(true);
    const kinds = new Set(full.changes.map(({ kind }) => kind));
    const described = schema.definitions.change.oneOf.flatMap(({ $ref }: { $ref: string }) => {
      const { const: one, enum: several = [one] } =
        schema.definitions[$ref.replace(/.*\//, "")].properties.kind;
      return several;
    });
    expect([...kinds].toSorted()).toEqual(described.toSorted());
  });

  it("refuses another version and an unknown risk, and allows additional fields", () => {
    expect(validate({ ...printed, schemaVersion: 2 })).toBe(false);
    expect(validate({ ...printed, reviews: [{ ...printed.reviews[0], risk: "huge" }] })).toBe(false);
    expect(validate({ ...printed, added: 1 })).toBe(true);
  });

  it("is in the package", () => {
    const { files, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(files).toContain("schemas");
    expect(exports[`./${FILE}`]).toBe(`./${FILE}`);
  });
});

import { describe, expect, it } from "vitest";
import type { PrivilegeChange } from "../../../src/review/changes/change";
import { changesOf, otherChanges } from "../../../src/review/changes/changes";
import { UNKNOWN } from "../../../src/unknown-value";
import { changesIn, previewOf, type Step, selectOn, TYPE } from "../digest";

const plain = (...privileges: string[]) => privileges.map((privilege) => ({ privilege, grantOption: false }));
const privileges = (steps: readonly Step[]) =>
  changesIn(steps).filter((change): change is PrivilegeChange => change.kind === "privilege");
const sides = (steps: readonly Step[]) => privileges(steps).map(({ before, after }) => [before, after]);

describe("a change of privileges", () => {
  it("is what a grant has before and after", () => {
    const step = { type: TYPE.grant, before: selectOn() };
    expect(sides([{ ...step, op: "delete" }])).toEqual([[plain("SELECT"), []]]);
    expect(sides([{ ...step, op: "update", after: selectOn({ privileges: ["SELECT", "insert"] }) }])).toEqual(
      [[plain("SELECT"), plain("SELECT", "INSERT")]],
    );
    expect(sides([{ ...step, op: "same", after: selectOn() }])).toEqual([]);
    expect(sides([{ ...step, op: "delete", retained: true }])).toEqual([]);
    expect(sides([{ op: "import", type: TYPE.grant, after: selectOn() }])).toEqual([]);
  });

  it("is one for each named object, so that only those show that change", () => {
    const [before, after] = [
      ["a", "b"],
      ["b", "c"],
    ].map((objects) => selectOn({ objects }));
    const changes = privileges([{ op: "replace", type: TYPE.grant, before, after }]);
    expect(changes.map(({ target, interrupted }) => [target, interrupted])).toMatchObject([
      [{ names: ["a"] }, false],
      [{ names: ["b"] }, true],
      [{ names: ["c"] }, false],
    ]);
  });

  it("is a revocation for a grant of no privileges", () => {
    const after = selectOn({ role: "public", objectType: "schema", privileges: [] });
    expect(sides([{ op: "create", type: TYPE.grant, after }])).toEqual([[plain("ALL"), []]]);
  });

  it.each([
    [
      "database",
      { objectType: "database", schema: undefined, privileges: ["TEMP"] },
      { kind: "database", database: "shop" },
    ],
    ["schema", { objectType: "schema", privileges: ["USAGE"] }, { kind: "schema", schema: "public" }],
    ["routine", { objectType: "routine", privileges: ["EXECUTE"] }, { kind: "all", objectType: "routine" }],
    [
      "foreign server",
      { objectType: "foreign_server", objects: ["s"] },
      { kind: "foreign", type: "server", name: "s" },
    ],
    [
      "column",
      { objectType: "column", objects: ["t"], columns: ["c"] },
      { kind: "columns", table: "t", columns: ["c"] },
    ],
  ])("is understood for a %s", (_, changed, target) => {
    expect(privileges([{ op: "create", type: TYPE.grant, after: selectOn(changed) }])).toMatchObject([
      { target },
    ]);
  });

  it("has names that only the deployment knows, as a whole list too", () => {
    const after = selectOn({ role: UNKNOWN, objects: UNKNOWN, privileges: UNKNOWN });
    expect(privileges([{ op: "create", type: TYPE.grant, after }])).toMatchObject([
      { grantee: UNKNOWN, target: { names: [UNKNOWN] }, after: [{ privilege: UNKNOWN }] },
    ]);
    expect(
      privileges([{ op: "create", type: TYPE.grant, after: selectOn({ role: "[secret]" }) }]),
    ).toMatchObject([{ grantee: UNKNOWN }]);
  });
});

describe("a change of a role", () => {
  it("says what differs, and its memberships are changes of their own", () => {
    const steps = [
      {
        op: "update",
        type: TYPE.role,
        before: { name: "a", login: true, roles: ["x", "y"] },
        after: { name: "a", login: false, roles: ["y", "z"] },
      },
    ];
    expect(changesIn(steps)).toMatchObject([
      { kind: "role", role: "a", before: { login: true }, after: { login: false } },
      { kind: "membership", group: "x", before: "member", after: "none" },
      { kind: "membership", group: "z", before: "none", after: "member" },
    ]);
  });

  it("is nothing for one that is not dropped, or only gets other settings", () => {
    const role = { name: "a", skipDropRole: true };
    expect(changesIn([{ op: "delete", type: TYPE.role, before: role }])).toEqual([]);
    expect(
      changesIn([{ op: "update", type: TYPE.role, before: role, after: { ...role, connectionLimit: 3 } }]),
    ).toEqual([]);
  });
});

describe("what is not reviewed", () => {
  it("is named: other resources, and a grant that is not understood", () => {
    const { steps } = previewOf([
      { op: "create", type: "aws:s3/bucket:Bucket", name: "b", after: {} },
      { op: "update", type: TYPE.grant, name: "g", before: {}, after: selectOn({ objectType: "moon" }) },
      { op: "create", type: TYPE.grant, name: "h", after: selectOn() },
      { op: "create", type: "ardent:index:SourceGrants", after: {} },
      { op: "create", type: TYPE.provider, after: {} },
      { op: "create", type: "pulumi-nodejs:dynamic/ardent:Replication", name: "p", after: {} },
      { op: "update", type: "pulumi-nodejs:dynamic/ardent:Replication", name: "q", before: {}, after: {} },
      {
        op: "update",
        type: TYPE.role,
        name: "r",
        before: { name: "a" },
        after: { name: "a", connectionLimit: 3 },
      },
      { op: "same", type: "aws:s3/bucket:Bucket", name: "c", before: {}, after: {} },
    ]);
    expect(otherChanges(steps, changesOf(steps))).toMatchObject([
      { name: "b", effect: "created" },
      { name: "g", effect: "changed" },
      { name: "r", effect: "changed" },
      { name: "q", effect: "changed" },
    ]);
  });
});

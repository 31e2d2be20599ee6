import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds a role that can no longer replicate, or is dropped", () => {
  const rule = "replication-lost";
  const before = { name: "ardent", replication: true };
  expect(found(rule, [{ op: "update", type: TYPE.role, before, after: { name: "ardent" } }])).toEqual([
    'role "ardent"',
  ]);
  expect(found(rule, [{ op: "delete", type: TYPE.role, before }])).toEqual(['role "ardent" is dropped']);
  expect(found(rule, [{ op: "delete", type: TYPE.role, before, retained: true }])).toEqual([]);
  expect(
    found(rule, [{ op: "replace", type: TYPE.role, before, after: { ...before, name: "other" } }]),
  ).toEqual([]);
});

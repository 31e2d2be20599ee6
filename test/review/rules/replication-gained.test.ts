import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds a role that can replicate from now on", () => {
  const rule = "replication-gained";
  const after = { name: "ardent", replication: true };
  expect(found(rule, [{ op: "create", type: TYPE.role, after }])).toEqual(['role "ardent"']);
  expect(found(rule, [{ op: "update", type: TYPE.role, before: { name: "ardent" }, after }])).toEqual([
    'role "ardent"',
  ]);
  expect(found(rule, [{ op: "create", type: TYPE.role, after: { name: "ardent" } }])).toEqual([]);
});

import { expect, it } from "vitest";
import { found, selectOn, TYPE } from "../digest";

it("finds what a role can pass on: privileges, and a membership", () => {
  const rule = "grant-option";
  const grant = selectOn({ withGrantOption: true });
  expect(found(rule, [{ op: "create", type: TYPE.grant, after: grant }])).toEqual([
    '"reader": SELECT on all tables in schema "public", database "shop"',
  ]);
  expect(found(rule, [{ op: "replace", type: TYPE.grant, before: selectOn(), after: grant }])).toHaveLength(
    1,
  );
  expect(found(rule, [{ op: "create", type: TYPE.grant, after: selectOn() }])).toEqual([]);
  const after = { role: "reader", grantRole: "team", withAdminOption: true };
  expect(found(rule, [{ op: "create", type: TYPE.grantRole, after }])).toEqual([
    '"reader" can add others to "team"',
  ]);
});

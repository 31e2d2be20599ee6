import { expect, it } from "vitest";
import { found, selectOn, TYPE } from "../digest";

it("finds what PUBLIC gains, not what it loses or another role gains", () => {
  const rule = "public-grant";
  const grant = selectOn({ role: "public" });
  expect(found(rule, [{ op: "create", type: TYPE.grant, after: grant }])).toEqual([
    'SELECT on all tables in schema "public", database "shop"',
  ]);
  expect(found(rule, [{ op: "delete", type: TYPE.grant, before: grant }])).toEqual([]);
  expect(
    found(rule, [{ op: "create", type: TYPE.grant, after: selectOn({ role: "public", privileges: [] }) }]),
  ).toEqual([]);
  expect(found(rule, [{ op: "create", type: TYPE.grant, after: selectOn() }])).toEqual([]);
});

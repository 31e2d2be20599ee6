import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds a preflight that does not stop the deployment, or is gone while its connector stays", () => {
  const rule = "preflight-off";
  const inputs = (onFailure?: string) => ({ source: { database: "shop" }, onFailure, checks: {} });
  const step = { type: TYPE.preflight, name: "shop-preflight" };
  const warns = ['preflight "shop-preflight": onFailure is warn'];
  expect(found(rule, [{ ...step, op: "create", after: inputs("warn") }])).toEqual(warns);
  expect(found(rule, [{ ...step, op: "update", before: inputs(), after: inputs("warn") }])).toEqual(warns);
  expect(found(rule, [{ ...step, op: "update", before: inputs("warn"), after: inputs("warn") }])).toEqual([]);
  expect(found(rule, [{ ...step, op: "create", after: inputs() }])).toEqual([]);
  const remove = { ...step, op: "delete", before: inputs() };
  expect(found(rule, [remove])).toEqual(['preflight "shop-preflight" is deleted']);
  expect(found(rule, [remove, { op: "delete", type: TYPE.connector, before: {} }])).toEqual([]);
});

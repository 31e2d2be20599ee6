import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds a connector that is deleted or replaced, but not one that moves to another database", () => {
  const rule = "connector-deleted";
  const inputs = { defaultName: "infra-prod-shop", projectId: "a", source: { database: "shop" } };
  const step = { type: TYPE.connector, before: inputs };
  expect(found(rule, [{ ...step, op: "delete" }])).toEqual(['connector "infra-prod-shop" is deleted']);
  expect(found(rule, [{ ...step, op: "replace", after: { ...inputs, projectId: "b" } }])).toEqual([
    'connector "infra-prod-shop" is replaced',
  ]);
  expect(
    found(rule, [{ ...step, op: "replace", after: { ...inputs, source: { database: "other" } } }]),
  ).toEqual([]);
  expect(found(rule, [{ ...step, op: "update", after: inputs }])).toEqual([]);
  expect(found(rule, [{ ...step, op: "delete", retained: true }])).toEqual([]);
});

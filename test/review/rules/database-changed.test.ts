import { expect, it } from "vitest";
import { UNKNOWN } from "../../../src/unknown-value";
import { found, TYPE } from "../digest";

it("finds a connector that gets another database", () => {
  const rule = "database-changed";
  const inputs = (database: string) => ({ defaultName: "infra-prod-shop", source: { database } });
  const step = { op: "replace", type: TYPE.connector, before: inputs("shop") };
  expect(found(rule, [{ ...step, after: inputs("other") }])).toEqual([
    'connector "infra-prod-shop": "shop" → "other"',
  ]);
  expect(found(rule, [{ ...step, after: inputs("shop") }])).toEqual([]);
  expect(found(rule, [{ ...step, after: inputs(UNKNOWN) }])).toEqual([]);
});

import { expect, it } from "vitest";
import { found, selectOn, TYPE } from "../digest";

it("finds default privileges without a schema", () => {
  const rule = "global-default-privileges";
  const after = selectOn({ owner: "app", schema: undefined });
  expect(found(rule, [{ op: "create", type: TYPE.defaults, after }])).toEqual([
    '"reader": SELECT on tables that "app" will create in any schema, database "shop"',
  ]);
  expect(found(rule, [{ op: "create", type: TYPE.defaults, after: selectOn({ owner: "app" }) }])).toEqual([]);
  expect(found(rule, [{ op: "delete", type: TYPE.defaults, before: after }])).toEqual([]);
});

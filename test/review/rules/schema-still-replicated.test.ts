import { expect, it } from "vitest";
import { found, sourceArgs, TYPE } from "../digest";

it("finds a schema that is no longer granted but still selected", () => {
  const rule = "schema-still-replicated";
  const both = { schemas: { public: {}, billing: {} } };
  const step = (after: object, before: object = both) => [
    { op: "update", type: TYPE.source, name: "shop", before: sourceArgs(before), after: sourceArgs(after) },
  ];
  const text = ['schema "billing" of source "shop"'];
  expect(found(rule, step({}))).toEqual(text);
  const selection = (...paths: string[]) => ({ connector: { projectId: "prj", selection: paths } });
  expect(found(rule, step(selection("public.a", "billing.b")))).toEqual(text);
  expect(found(rule, step(selection("public.a")))).toEqual([]);
  expect(found(rule, step({ connector: undefined }))).toEqual([]);
  expect(found(rule, step({ role: { name: "ardent", superuser: false } }))).toEqual([]);
  expect(found(rule, step({ database: "other" }))).toEqual([]);
  expect(found(rule, step(both))).toEqual([]);
});

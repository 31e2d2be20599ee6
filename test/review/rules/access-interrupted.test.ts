import { expect, it } from "vitest";
import { found, selectOn, TYPE } from "../digest";

it("finds privileges that a replacement revokes and grants again", () => {
  const rule = "access-interrupted";
  const [before, after] = [["a"], ["a", "b"]].map((objects) => selectOn({ objects }));
  expect(found(rule, [{ op: "replace", type: TYPE.grant, before, after }])).toEqual([
    '"reader" on table "a" in schema "public", database "shop"',
  ]);
  const other = selectOn({ role: "other" });
  expect(found(rule, [{ op: "replace", type: TYPE.grant, before: selectOn(), after: other }])).toEqual([]);
  const more = selectOn({ privileges: ["SELECT", "INSERT"] });
  expect(found(rule, [{ op: "update", type: TYPE.grant, before: selectOn(), after: more }])).toEqual([]);
});

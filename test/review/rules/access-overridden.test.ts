import { expect, it } from "vitest";
import { found, selectOn, TYPE } from "../digest";

it("finds a grant that is moved to another resource: the old one is deleted last, and revokes it", () => {
  const rule = "access-overridden";
  const create = { op: "create", type: TYPE.grant, name: "new", after: selectOn() };
  const remove = { op: "delete", type: TYPE.grant, name: "old", before: selectOn() };
  const text = ['"reader" on all tables in schema "public", database "shop"'];
  expect(found(rule, [create, remove])).toEqual(text);
  expect(found(rule, [{ ...create, op: "same", before: selectOn() }, remove])).toEqual(text);
  expect(found(rule, [remove])).toEqual([]);
  expect(found(rule, [create, { ...remove, retained: true }])).toEqual([]);
  expect(found(rule, [remove, create])).toEqual([]);
});

it("finds a replacement that is created first: default privileges and memberships are gone after it", () => {
  const rule = "access-overridden";
  const before = selectOn({ owner: "app" });
  const defaults = {
    op: "replace",
    type: TYPE.defaults,
    before,
    after: { ...before, withGrantOption: true },
  };
  expect(found(rule, [defaults])).toEqual([
    '"reader" on tables that "app" will create in schema "public", database "shop"',
  ]);
  const member = { role: "reader", grantRole: "team" };
  const membership = {
    op: "replace",
    type: TYPE.grantRole,
    before: member,
    after: { ...member, withAdminOption: true },
  };
  expect(found(rule, [membership])).toEqual(['"reader" in "team"']);
  const ofOurs = { ...defaults, type: `ardent:index:SourceGrants$${TYPE.defaults}` };
  expect(found(rule, [ofOurs]), "deleted first, as our components ask for").toEqual([]);
});

import { expect, it } from "vitest";
import { found, selectOn, sourceArgs, TYPE } from "../digest";

it("finds grants to the role of a source that does not create it, unless this preview has the role", () => {
  const rule = "role-managed-elsewhere";
  const source = (create: boolean) => ({
    op: "create",
    type: TYPE.source,
    after: sourceArgs({ role: { name: "ardent", create } }),
  });
  const grant = { op: "create", type: TYPE.grant, after: selectOn({ role: "ardent" }) };
  expect(found(rule, [source(false), grant])).toEqual(['role "ardent"']);
  expect(found(rule, [source(true), grant])).toEqual([]);
  expect(
    found(rule, [source(false), { op: "delete", type: TYPE.grant, before: selectOn({ role: "ardent" }) }]),
  ).toEqual([]);
  const role = { op: "create", type: TYPE.role, after: { name: "ardent" } };
  expect(found(rule, [role, source(false), grant])).toEqual([]);
});

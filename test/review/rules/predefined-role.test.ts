import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds a new member of a predefined role, by either resource", () => {
  const rule = "predefined-role";
  const after = { role: "reader", grantRole: "pg_read_all_data" };
  const text = ['"reader" becomes a member of "pg_read_all_data"'];
  expect(found(rule, [{ op: "create", type: TYPE.grantRole, after }])).toEqual(text);
  const role = { name: "reader", roles: ["pg_read_all_data", "team"] };
  expect(found(rule, [{ op: "update", type: TYPE.role, before: { name: "reader" }, after: role }])).toEqual(
    text,
  );
  expect(
    found(rule, [{ op: "create", type: TYPE.grantRole, after: { ...after, grantRole: "team" } }]),
  ).toEqual([]);
  expect(found(rule, [{ op: "delete", type: TYPE.grantRole, before: after }])).toEqual([]);
});

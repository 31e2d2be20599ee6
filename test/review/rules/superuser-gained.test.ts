import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

const role = (superuser: boolean) => ({ name: "ardent", superuser });

it("finds a role that becomes a superuser, or is created as one", () => {
  const rule = "superuser-gained";
  expect(found(rule, [{ op: "create", type: TYPE.role, after: role(true) }])).toEqual(['role "ardent"']);
  expect(found(rule, [{ op: "update", type: TYPE.role, before: role(false), after: role(true) }])).toEqual([
    'role "ardent"',
  ]);
  expect(
    found(rule, [
      { op: "update", type: TYPE.role, before: role(true), after: role(true), changed: ["password"] },
    ]),
  ).toEqual([]);
  expect(found(rule, [{ op: "create", type: TYPE.role, after: role(false) }])).toEqual([]);
});

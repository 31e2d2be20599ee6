import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

const role = (superuser: boolean) => ({ name: "ardent", superuser });

it("finds a role that stops being a superuser, not one that is dropped", () => {
  const rule = "superuser-lost";
  expect(found(rule, [{ op: "update", type: TYPE.role, before: role(true), after: role(false) }])).toEqual([
    'role "ardent"',
  ]);
  expect(found(rule, [{ op: "delete", type: TYPE.role, before: role(true) }])).toEqual([]);
});

import { expect, it } from "vitest";
import { found, TYPE } from "../digest";

it("finds another password, without showing either", () => {
  const rule = "password-rotated";
  const role = { name: "ardent", password: "[secret]" };
  const step = { op: "update", type: TYPE.role, before: role, after: role };
  expect(found(rule, [{ ...step, changed: ["password"] }])).toEqual(['role "ardent"']);
  expect(found(rule, [{ ...step, changed: ["passwordWoVersion"] }])).toEqual(['role "ardent"']);
  expect(found(rule, [{ ...step, changed: ["connectionLimit"] }])).toEqual([]);
});

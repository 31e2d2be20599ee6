import { expect, it } from "vitest";
import { found, selectOn, sourceArgs, TYPE } from "../digest";

it("finds what lets a role that replicates write", () => {
  const rule = "write-privilege";
  const source = { op: "create", type: TYPE.source, after: sourceArgs() };
  const grant = (changed: object) => ({
    op: "create",
    type: TYPE.grant,
    after: selectOn({ role: "ardent", privileges: ["SELECT", "INSERT"], ...changed }),
  });
  const text = ['"ardent": INSERT on all tables in schema "public", database "shop"'];
  expect(found(rule, [source, grant({})])).toEqual(text);
  const role = { op: "create", type: TYPE.role, after: { name: "ardent", replication: true } };
  expect(found(rule, [role, grant({})])).toEqual(text);
  expect(found(rule, [source, grant({ role: "app" })])).toEqual([]);
  expect(found(rule, [source, grant({ privileges: ["SELECT"] })])).toEqual([]);
  expect(found(rule, [source, grant({ objectType: "database", privileges: ["CREATE"] })])).toEqual([]);
});

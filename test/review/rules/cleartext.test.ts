import { expect, it } from "vitest";
import { found, sourceArgs, TYPE } from "../digest";

it("finds connections over a network without encryption, of a source and of a provider", () => {
  const rule = "cleartext";
  const source = (after: object, before?: object) => [
    {
      op: before === undefined ? "create" : "update",
      type: TYPE.source,
      after: sourceArgs(after),
      ...(before === undefined ? {} : { before: sourceArgs(before) }),
    },
  ];
  const open = { sslMode: "disable" };
  expect(found(rule, source(open))).toEqual(['connections to "db.example.com"']);
  expect(found(rule, source({ admin: { user: "postgres", host: "10.0.0.1", sslMode: "disable" } }))).toEqual([
    'connections to "10.0.0.1"',
  ]);
  expect(found(rule, source(open, open)), "as before").toEqual([]);
  expect(found(rule, source({ ...open, host: "127.0.0.1" }))).toEqual([]);
  const provider = (host: string) => [
    { op: "create", type: TYPE.provider, after: { host, sslmode: "disable" } },
  ];
  expect(found(rule, provider("db.example.com"))).toEqual(['connections to "db.example.com"']);
  expect(found(rule, provider("localhost"))).toEqual([]);
});

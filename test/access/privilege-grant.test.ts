import { describe, expect, it } from "vitest";
import {
  type GrantTarget,
  type GrantWord,
  membershipStatement,
  privilegeStatement,
} from "../../src/access/privilege-grant";

describe("the statement of a privilege", () => {
  it.each<[GrantTarget, readonly GrantWord[], string]>([
    [
      { kind: "database", database: "shop" },
      ["CONNECT", "TEMPORARY"],
      'CONNECT, TEMPORARY ON DATABASE "shop"',
    ],
    [{ kind: "schema", schema: "a" }, ["USAGE", "CREATE"], 'USAGE, CREATE ON SCHEMA "a"'],
    [
      { kind: "all", schema: "a", objectType: "routine" },
      ["EXECUTE"],
      'EXECUTE ON ALL ROUTINES IN SCHEMA "a"',
    ],
    [
      { kind: "objects", schema: "a", objectType: "table", names: ["b", "C"] },
      ["SELECT", "MAINTAIN"],
      'SELECT, MAINTAIN ON TABLE "a"."b", "a"."C"',
    ],
    [
      { kind: "columns", schema: "a", table: "b", columns: ["c", "d"] },
      ["SELECT", "UPDATE"],
      'SELECT ("c", "d"), UPDATE ("c", "d") ON TABLE "a"."b"',
    ],
    [{ kind: "foreign", type: "data wrapper", name: "w" }, ["USAGE"], 'USAGE ON FOREIGN DATA WRAPPER "w"'],
    [{ kind: "foreign", type: "server", name: "s" }, ["ALL"], 'ALL ON FOREIGN SERVER "s"'],
  ])("names its target: %j", (target, privileges, text) => {
    const grant = { grantee: "reader", privileges, target };
    expect(privilegeStatement("GRANT", grant)).toBe(`GRANT ${text} TO "reader";`);
    expect(privilegeStatement("GRANT", { ...grant, grantOption: true })).toBe(
      `GRANT ${text} TO "reader" WITH GRANT OPTION;`,
    );
    expect(privilegeStatement("REVOKE", { ...grant, grantOption: true })).toBe(
      `REVOKE ${text} FROM "reader";`,
    );
  });

  it("is about what a role will create, in one schema or in all", () => {
    const everywhere = { kind: "future", objectType: "table", owner: "app" } as const;
    const grant = { grantee: "reader", privileges: ["SELECT"] } as const;
    expect(privilegeStatement("GRANT", { ...grant, target: everywhere })).toBe(
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT SELECT ON TABLES TO "reader";',
    );
    expect(privilegeStatement("REVOKE", { ...grant, target: { ...everywhere, schema: "a" } })).toBe(
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "a" REVOKE SELECT ON TABLES FROM "reader";',
    );
  });

  it("grants to PUBLIC, which no role can be named", () => {
    const grant = { privileges: ["USAGE"], target: { kind: "schema", schema: "a" } } as const;
    expect(privilegeStatement("GRANT", { ...grant, grantee: "public" })).toBe(
      'GRANT USAGE ON SCHEMA "a" TO PUBLIC;',
    );
    expect(privilegeStatement("GRANT", { ...grant, grantee: "PUBLIC" })).toContain('TO "PUBLIC";');
  });
});

describe("the statement of a membership", () => {
  it("adds a role to a group, or removes it", () => {
    const membership = { group: "pg_read_all_data", member: "reader" };
    expect(membershipStatement("GRANT", membership)).toBe('GRANT "pg_read_all_data" TO "reader";');
    expect(membershipStatement("GRANT", { ...membership, adminOption: true })).toBe(
      'GRANT "pg_read_all_data" TO "reader" WITH ADMIN OPTION;',
    );
    expect(membershipStatement("REVOKE", { ...membership, adminOption: true })).toBe(
      'REVOKE "pg_read_all_data" FROM "reader";',
    );
  });
});

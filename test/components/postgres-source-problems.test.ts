import { describe, expect, it } from "vitest";
import type { PostgresSourceArgs } from "../../src/components/postgres-source-args";
import { postgresSourceProblems } from "../../src/components/postgres-source-problems";

const right: PostgresSourceArgs = {
  host: "db.example.com",
  database: "shop",
  admin: { user: "postgres", password: "x" },
  role: { name: "ardent_replication", password: "y" },
  schemas: { public: { owners: ["app_writer"] }, billing: {} },
  connector: { projectId: "prj_shop" },
};

describe("the plain values of a PostgresSource", () => {
  it("are accepted as in the README", () => {
    expect(postgresSourceProblems(right)).toEqual([]);
  });

  it("are refused all at once, each with its property's path", () => {
    const wrong: PostgresSourceArgs = {
      ...right,
      host: "",
      port: 70000,
      sslMode: "prefer",
      role: { name: "r".repeat(64), password: "y", superuser: false },
      schemas: { "": {}, public: { owners: ["app_writer", "app_writer", ""] } },
      ignoreOwners: ["old_writer", ""],
      egressIp: "2001:db8::1",
      replicaIdentity: { "public.events": "drop" },
      onFailure: "ignore",
    };
    expect(postgresSourceProblems(wrong).map(({ propertyPath }) => propertyPath)).toEqual([
      "host",
      "port",
      "sslMode",
      "role.name",
      "role.superuser",
      'schemas[""]',
      'schemas["public"].owners[1]',
      'schemas["public"].owners[2]',
      "ignoreOwners[1]",
      "onFailure",
      "egressIp",
      'replicaIdentity["public.events"]',
    ]);
  });

  it("say why `prefer` is no mode to use", () => {
    const [problem] = postgresSourceProblems({ ...right, sslMode: "prefer" });
    expect(problem?.reason).toContain("falls back to plain text");
    expect(problem?.reason).toContain("use `require`");
  });

  it.each([
    ["the source", { sslMode: "disable" }, ["sslMode"]],
    [
      "the admin's own way",
      { admin: { ...right.admin, host: "10.0.0.5", sslMode: "disable" } },
      ["admin.sslMode"],
    ],
    [
      "the inspector's mode on the source's host",
      { inspector: { user: "reader", sslMode: "disable" } },
      ["inspector.sslMode"],
    ],
    [
      "a mode for a tunnel that the admin does not take",
      { host: "127.0.0.1", sslMode: "disable", admin: { ...right.admin, host: "10.0.0.5" } },
      ["sslMode"],
    ],
    [
      "a tunnel to a source that Ardent reaches with TLS",
      { admin: { ...right.admin, host: "127.0.0.1", sslMode: "disable" } },
      [],
    ],
  ])("have to say plain text twice: %s", (_, changed, paths) => {
    const problems = postgresSourceProblems({ ...right, ...changed });
    expect(problems.map(({ propertyPath }) => propertyPath)).toEqual(paths);
    for (const { reason } of problems) expect(reason).toContain("allowCleartext: true");
    expect(postgresSourceProblems({ ...right, ...changed, allowCleartext: true })).toEqual([]);
  });

  it("refuse a URL in the place of a host, without repeating it", () => {
    const host = "postgres://ardent:s3cret@db.example.com/shop";
    const problems = postgresSourceProblems({ ...right, host, admin: { ...right.admin, host } });
    expect(problems.map(({ propertyPath }) => propertyPath)).toEqual(["host", "admin.host"]);
    expect(JSON.stringify(problems)).not.toContain("s3cret");
  });
});

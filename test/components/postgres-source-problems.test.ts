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
});

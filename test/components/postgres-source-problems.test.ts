import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { PostgresSourceArgs } from "../../src/components/postgres-source-args";
import { postgresSourceProblems } from "../../src/components/postgres-source-problems";
import { preflightSchema } from "../../src/dynamic/preflight/preflight-inputs";
import { inputFailures } from "../../src/dynamic/runtime/input-failures";

const right: PostgresSourceArgs = {
  host: "db.example.com",
  database: "shop",
  admin: { user: "postgres", password: "x" },
  role: { name: "ardent_replication", password: "y" },
  schemas: { public: { owners: ["app_writer"] }, billing: {} },
  connector: { projectId: "prj_shop" },
};

/** The problems of a program that no compiler has seen, or that reads its values from a file. */
function problemsOf(changed: object) {
  return postgresSourceProblems({ ...right, ...changed } as PostgresSourceArgs);
}

describe("the plain values of a PostgresSource", () => {
  it("are accepted as in the README", () => {
    expect(postgresSourceProblems(right)).toEqual([]);
  });

  it("are rejected all at once, each with its property's path", () => {
    const wrong = {
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
    expect(problemsOf(wrong).map(({ property }) => property)).toEqual([
      "host",
      "port",
      "sslMode",
      "role.name",
      'schemas[""]',
      "schemas.public.owners[2]",
      "schemas.public.owners[1]",
      "ignoreOwners[1]",
      "egressIp",
      'replicaIdentity["public.events"]',
      "onFailure",
      "role.superuser",
    ]);
  });

  it("read as the dynamic resources' own inputs do", () => {
    const wrong = {
      schemas: { public: { owners: ["app_writer", "app_writer", "o".repeat(64)] } },
      replicaIdentity: { "public.events": "drop" },
      onFailure: "ignore",
      admin: { user: "postgres", port: 70000 },
      role: { name: "r".repeat(64), password: "y" },
      egressIp: "2001:db8::1",
    };
    const source = { host: "db.example.com", database: "shop" };
    const problems = problemsOf(wrong);
    expect(problems).toEqual(
      expect.arrayContaining([
        { property: "schemas.public.owners[1]", reason: 'lists "app_writer" more than once' },
        {
          property: "schemas.public.owners[2]",
          reason: "is 64 bytes long; Postgres limits names to 63 bytes",
        },
        {
          property: 'replicaIdentity["public.events"]',
          reason: '"drop" is not one of exclude, add_pk, replica_identity_full',
        },
        { property: "onFailure", reason: '"ignore" is not one of fail, warn' },
        { property: "admin.port", reason: "70000 is not a port from 1 to 65535" },
        { property: "role.name", reason: "is 64 bytes long; Postgres limits names to 63 bytes" },
        {
          property: "egressIp",
          reason: '"2001:db8::1" is not an IPv4 address such as 203.0.113.7',
        },
      ]),
    );
    expect(inputFailures(preflightSchema, { source, ...wrong })).toEqual(problems);
  });

  it("show missing values, and values of another type", () => {
    const connector = { timeout: 0, wait: "no", selection: "*" };
    const wrong = { host: undefined, admin: undefined, role: { name: 5 }, connector };
    expect(problemsOf(wrong)).toEqual([
      { property: "host", reason: "is missing" },
      { property: "admin", reason: "is missing" },
      { property: "role.name", reason: "must be a string" },
      { property: "role.password", reason: "is missing" },
      { property: "connector.selection", reason: "must be a list" },
      { property: "connector.wait", reason: "must be a boolean" },
      { property: "connector.timeout", reason: "must be at least 1" },
      { property: "connector.projectId", reason: "is missing" },
    ]);
  });

  it("leave unknown values to the deployment", () => {
    const unknown = pulumi.output("anything");
    const args = {
      host: unknown,
      sslMode: unknown,
      egressIp: unknown,
      onDrift: Promise.resolve("?"),
      ignoreOwners: [unknown, unknown],
      replicaIdentity: { "public.events": unknown },
      role: { name: unknown, password: unknown, superuser: pulumi.output(false) },
      connector: { projectId: unknown, selection: [unknown], timeout: pulumi.output(0) },
    };
    expect(problemsOf(args)).toEqual([]);
  });

  it("must be plain values if they decide which resources exist", () => {
    const owners = [pulumi.output("app_writer")];
    const create = pulumi.output(true);
    const args = { schemas: { "order items": { owners } }, role: { ...right.role, create } };
    const reason = "must be a plain value, not an Output: it decides which resources exist";
    expect(problemsOf(args)).toEqual([
      { property: "role.create", reason },
      { property: 'schemas["order items"].owners[0]', reason },
    ]);
  });

  it("say why `prefer` is not supported", () => {
    const [problem] = problemsOf({ sslMode: "prefer" });
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
  ])("need a confirmation for plain text: %s", (_, changed, paths) => {
    const problems = problemsOf(changed);
    expect(problems.map(({ property }) => property)).toEqual(paths);
    for (const { reason } of problems) expect(reason).toContain("allowCleartext: true");
    expect(problemsOf({ ...changed, allowCleartext: true })).toEqual([]);
  });

  it("reject a URL as a host, without repeating it", () => {
    const host = "postgres://ardent:s3cret@db.example.com/shop";
    const problems = postgresSourceProblems({ ...right, host, admin: { ...right.admin, host } });
    expect(problems.map(({ property }) => property)).toEqual(["host", "admin.host"]);
    expect(JSON.stringify(problems)).not.toContain("s3cret");
    const inPlainText = postgresSourceProblems({ ...right, host, sslMode: "disable" });
    expect(inPlainText.map(({ property }) => property)).toEqual(["host"]);
  });
});

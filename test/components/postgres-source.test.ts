import { tmpdir } from "node:os";
import { join } from "node:path";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { DatabaseGrants } from "../../src/components/database-grants";
import { DefaultPrivileges } from "../../src/components/default-privileges";
import { PostgresSource } from "../../src/components/postgres-source";
import type { PostgresSourceArgs } from "../../src/components/postgres-source-args";
import { ReplicationRole } from "../../src/components/replication-role";
import { SchemaGrants } from "../../src/components/schema-grants";
import { connectorInputsSchema } from "../../src/dynamic/connector/connector-inputs";
import { preflightSchema, requestOf } from "../../src/dynamic/preflight/preflight-inputs";
import { runnerConnection } from "../../src/dynamic/source/source-inputs";
import { SslMode } from "../../src/postgres/ssl-mode";
import { childrenOf, plain } from "./mocks";

const args: PostgresSourceArgs = {
  host: "db.example.com",
  database: "shop",
  admin: { user: "postgres", password: "admin-secret" },
  role: { name: "ardent_replication", password: "role-secret" },
  schemas: { public: { owners: ["app_writer"] }, billing: {} },
};

async function namesOf(changed: Partial<PostgresSourceArgs> = {}): Promise<string[]> {
  const children = await childrenOf(() => new PostgresSource("shop", { ...args, ...changed }));
  return children.map(({ type, name }) => `${type} ${name}`).sort();
}

describe("the children of a PostgresSource", () => {
  it("are one per grant and owner, named from the parent", async () => {
    expect(await namesOf()).toEqual([
      "ardent:index:PostgresSource shop",
      "ardent:index:ReplicationRole shop-role",
      "ardent:index:SourceGrants shop",
      "postgresql:index/defaultPrivileges:DefaultPrivileges shop-schema.public-app_writer-sequences",
      "postgresql:index/defaultPrivileges:DefaultPrivileges shop-schema.public-app_writer-tables",
      "postgresql:index/grant:Grant shop-database",
      "postgresql:index/grant:Grant shop-schema.billing-sequences",
      "postgresql:index/grant:Grant shop-schema.billing-tables",
      "postgresql:index/grant:Grant shop-schema.billing-usage",
      "postgresql:index/grant:Grant shop-schema.public-sequences",
      "postgresql:index/grant:Grant shop-schema.public-tables",
      "postgresql:index/grant:Grant shop-schema.public-usage",
      "postgresql:index/role:Role shop-role",
      "pulumi-nodejs:dynamic/ardent:Preflight shop-preflight",
      "pulumi-nodejs:dynamic/ardent:RoleCleanup shop-cleanup",
      "pulumi:providers:postgresql shop-admin",
    ]);
  });

  it("adopt a connector that exists under a chosen name only on request", async () => {
    const adopts = async (connector: NonNullable<PostgresSourceArgs["connector"]>) => {
      const children = await childrenOf(() => new PostgresSource("shop", { ...args, connector }));
      const inputs = children.find(({ type }) => type.endsWith(":Preflight"))?.inputs;
      return preflightSchema.parse(plain(inputs)).connector?.adopt;
    };
    const projectId = "prj_shop";
    expect(await adopts({ projectId })).toBe(true);
    expect(await adopts({ projectId, name: "chosen" })).toBe(false);
    expect(await adopts({ projectId, name: "chosen", adopt: true })).toBe(true);
  });

  it("keep their names when a schema is added", async () => {
    const before = await namesOf();
    const after = await namesOf({ schemas: { ...args.schemas, audit: {} } });
    expect(before.filter((name) => !after.includes(name))).toEqual([]);
  });

  it("never share a name, whatever the schemas are called", async () => {
    const names = await namesOf({
      schemas: { a: { owners: ["b.c", "b-c", "B c"] }, "a.b": { owners: ["c"] } },
    });
    expect(new Set(names).size).toBe(names.length);
  });

  it("leave out a role that is managed elsewhere", async () => {
    const names = await namesOf({ role: { ...args.role, create: false } });
    expect(names.filter((name) => name.includes("ole "))).toEqual([]);
  });

  it("recognize a role with `create: false` that the same program creates, as for several databases of one server", async () => {
    const roleOf = async (name?: string) => {
      const children = await childrenOf(() => {
        const shared = new ReplicationRole(
          "shared",
          { name: "ardent_replication", password: "role-secret" },
          { provider: new postgresql.Provider("admin", { host: "db.example.com" }) },
        );
        const role = { name: name ?? shared.name, password: "role-secret", create: false };
        new PostgresSource("shop", { ...args, role });
      });
      const preflight = children.find(({ type }) => type === "pulumi-nodejs:dynamic/ardent:Preflight");
      return preflight?.inputs.role;
    };
    // It holds the password, so all of it is secret.
    expect(await roleOf()).toMatchObject({ value: { name: "ardent_replication", create: true } });
    expect(await roleOf("of_somebody_else")).toMatchObject({ value: { create: false } });
  });

  it("give the role a SCRAM verifier, never the password", async () => {
    const children = await childrenOf(() => new PostgresSource("shop", args));
    const role = children.find(({ type }) => type === "postgresql:index/role:Role");
    expect(role?.inputs).toMatchObject({
      name: "ardent_replication",
      login: true,
      replication: true,
      superuser: true,
      skipReassignOwned: true,
    });
    expect(JSON.stringify(role?.inputs)).toContain("SCRAM-SHA-256$4096:");
    expect(JSON.stringify(role?.inputs)).not.toContain("role-secret");
  });
});

describe("how the connections of a PostgresSource are encrypted when no mode is given", () => {
  const inputsFor = async (changed: Partial<PostgresSourceArgs>) => {
    const connector = { projectId: "prj_shop" };
    const children = await childrenOf(() => new PostgresSource("shop", { ...args, connector, ...changed }));
    const of = (type: string) => children.find((child) => child.type.endsWith(type))?.inputs ?? {};
    const preflight = preflightSchema.parse(plain(of(":Preflight")));
    return {
      request: requestOf(preflight, undefined),
      runner: runnerConnection(preflight.source, preflight.admin, preflight.admin).sslMode,
      plugin: of("providers:postgresql").sslmode,
      ardent: connectorInputsSchema.parse(plain(of(":Connector"))).source.sslMode,
    };
  };

  it("is TLS for another machine", async () => {
    expect(await inputsFor({})).toMatchObject({
      request: { tls: true },
      runner: "require",
      plugin: "require",
      ardent: "require",
    });
  });

  it("is TLS for Ardent if this runner is on the source's own machine, or at the end of a tunnel", async () => {
    const loopback = { runner: "disable", plugin: "disable", request: { tls: true, cleartextHosts: [] } };
    expect(await inputsFor({ host: "127.0.0.1" })).toMatchObject({ ...loopback, ardent: undefined });
    const admin = { ...args.admin, host: "localhost" };
    expect(await inputsFor({ admin })).toMatchObject({ ...loopback, ardent: "require" });
  });

  it("is the given mode, for all of them", async () => {
    const asked = { host: "127.0.0.1", sslMode: SslMode.Disable };
    expect(await inputsFor(asked)).toMatchObject({
      request: { tls: false },
      runner: "disable",
      plugin: "disable",
      ardent: "disable",
    });
  });
});

describe("wrong arguments of a PostgresSource", () => {
  it("are rejected before any resource is declared", async () => {
    const children: unknown[] = [];
    const refused = childrenOf(() => {
      children.push(new PostgresSource("shop", { ...args, schemas: {}, host: "" }));
    });
    await expect(refused).rejects.toThrow(/host: is missing\n.*schemas: is empty; name at least one schema/);
    expect(children).toEqual([]);
  });

  it("are shown with a certificate's file that cannot be read, by its whole path", async () => {
    const path = join(tmpdir(), "no-such-folder", "ca.pem");
    const refused = childrenOf(() => new PostgresSource("shop", { ...args, host: "", caFile: path }));
    await expect(refused).rejects.toThrow(`host: is missing\n  - caFile: there is no such file: ${path}`);
    const folder = childrenOf(() => new PostgresSource("shop", { ...args, caFile: tmpdir() }));
    await expect(folder).rejects.toThrow(`caFile: is a folder and not a file: ${tmpdir()}`);
  });
});

describe("the provider of a component", () => {
  const role = { name: "ardent_replication", password: "role-secret" };
  const admin = () => new postgresql.Provider("admin", { host: "db.example.com" });

  it.each<[string, () => pulumi.ComponentResourceOptions]>([
    ["its own", () => ({ provider: admin() })],
    ["one of several", () => ({ providers: [admin()] })],
    [
      "that of its parent",
      () => ({ parent: new pulumi.ComponentResource("acme:Db", "db", {}, { providers: [admin()] }) }),
    ],
  ])("is %s", async (_, optionsOf) => {
    const children = await childrenOf(() => new ReplicationRole("shared", role, optionsOf()));
    expect(children.map(({ type }) => type)).toContain("postgresql:index/role:Role");
  });

  it("can be the one in the stack's configuration", async () => {
    await expect(childrenOf(() => new ReplicationRole("shared", role))).rejects.toThrow(
      "provider: is missing",
    );
    pulumi.runtime.setAllConfig({ "postgresql:host": "db.example.com" });
    try {
      const children = await childrenOf(() => new ReplicationRole("shared", role));
      expect(children.map(({ type }) => type)).toContain("postgresql:index/role:Role");
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  });

  it("is rejected if it would not be used", async () => {
    for (const optionsOf of [() => ({ provider: admin() }), () => ({ providers: { postgresql: admin() } })])
      await expect(childrenOf(() => new PostgresSource("shop", args, optionsOf()))).rejects.toThrow(
        "provider: would not be used: PostgresSource makes its own postgresql.Provider",
      );
  });
});

describe("the arguments of the components by hand", () => {
  const long = "x".repeat(64);
  const bytes = "is 64 bytes long; Postgres limits names to 63 bytes";
  const output = pulumi.output("app_writer") as unknown as string;
  const plain = "must be a plain value, not an Output: it decides which resources exist";
  const missing =
    "is missing, and @pulumi/postgresql would connect to 127.0.0.1; pass { provider: new postgresql.Provider(…) } in the options, or set postgresql:host in the stack's configuration";
  it.each<[string, () => unknown, string]>([
    [
      "ReplicationRole",
      () => new ReplicationRole("x", { name: long, password: "" }),
      `3 arguments are invalid\n  - name: ${bytes}\n  - password: is missing\n  - provider: ${missing}`,
    ],
    [
      "DatabaseGrants",
      () => new DatabaseGrants("x", { role: "", database: long }),
      `3 arguments are invalid\n  - role: the name is empty\n  - database: ${bytes}\n  - provider: ${missing}`,
    ],
    [
      "SchemaGrants",
      () => new SchemaGrants("x", { role: "r", database: "d", schema: long, owners: [output] }),
      `3 arguments are invalid\n  - schema: ${bytes}\n  - owners[0]: ${plain}\n  - provider: ${missing}`,
    ],
    [
      "DefaultPrivileges",
      () => new DefaultPrivileges("x", { role: "r", database: "d", schema: "", owner: output }),
      `3 arguments are invalid\n  - schema: the name is empty\n  - owner: ${plain}\n  - provider: ${missing}`,
    ],
  ])("of %s are refused all at once", async (type, make, message) => {
    await expect(childrenOf(make)).rejects.toThrow(`${type} "x": ${message}`);
  });
});

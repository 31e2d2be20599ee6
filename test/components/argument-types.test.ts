import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeProblems } from "../support/type-problems";

const ROOT = join(__dirname, "..", "..");
const COMPONENTS = [
  "PostgresSource",
  "ReplicationRole",
  "DatabaseGrants",
  "SchemaGrants",
  "DefaultPrivileges",
];

/** A program that has `changed` among the arguments of a source. */
const program = (changed: string) => `import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";
const config = new pulumi.Config();
new ardent.PostgresSource("shop", {
  host: "db.example.com",
  database: "shop",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "ardent_replication", password: config.requireSecret("ardentPassword") },
  schemas: { public: {} },
  ${changed}
});
`;

describe("the types of the arguments", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-types-"));
    const files = [join(ROOT, "src", "index.ts")];
    const settings = { extends: join(ROOT, "tsconfig.json"), include: [], files };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("accept undefined optional properties, and no word of another enum", () => {
    const accepted = [
      'port: config.getNumber("port"), egressIp: config.get("egressIp"),',
      'sslMode: "verify-full", onFailure: "warn", onDrift: ardent.FailureAction.Fail,',
      'sslMode: config.requireObject<ardent.SslMode>("sslMode"),',
      'replicaIdentity: { "public.events": "exclude" },',
    ];
    const refused = [
      'onFailure: "wran",',
      'onDrift: "error",',
      'sslMode: "prefer",',
      'inspector: { user: "reader", sslMode: "on" },',
      'replicaIdentity: { "public.events": "drop" },',
    ];
    // One compilation for all of them, which is what takes long.
    const programs = new Map(
      [...accepted, ...refused].map((changed, index) => [
        join(ROOT, `program-${index}.ts`),
        program(changed),
      ]),
    );
    const found = typeProblems(programs, { exactOptionalPropertyTypes: true });
    expect(found.map((problem) => /program-\d+/.exec(problem)?.[0])).toEqual(
      refused.map((_, index) => `program-${accepted.length + index}`),
    );
    for (const problem of found) expect(problem).toContain("not assignable");
  });

  it("are read by Pulumi's component analyzer, words of a kind as enums", () => {
    const entry = { name: "pulumi-ardent", main: join(ROOT, "src", "index.js") };
    const { components, typeDefinitions } = new Analyzer(
      folder,
      "ardent",
      entry,
      new Set(COMPONENTS),
    ).analyze();
    expect(Object.keys(components).sort()).toEqual([...COMPONENTS].sort());
    expect(components.PostgresSource?.inputs.onDrift).toMatchObject({
      $ref: "#/types/ardent:index:FailureAction",
      optional: true,
    });
    expect(typeDefinitions.SslMode?.enum?.map(({ value }) => value)).toEqual([
      "disable",
      "require",
      "verify-ca",
      "verify-full",
    ]);
  });
});

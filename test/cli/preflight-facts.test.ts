import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres";
import { commandLine } from "./command-line";

const CANARIES = {
  admin: "canary-admin-1c7",
  role: "canary-role-8f2",
  ldap: "canary-ldap-5d0",
  radius: "canary-radius-e41",
};

describe("pulumi-ardent preflight --facts", () => {
  let postgres: PostgresServer;
  let folder: string;
  let facts: string;
  beforeAll(async () => {
    postgres = await startPostgres({
      major: 17,
      hba: [
        "host all all 0.0.0.0/0 scram-sha-256",
        `host shop ldap_user 10.0.0.0/8 ldap ldapserver=ldap.example.com ldapbasedn="dc=x" ldapbinddn="cn=x" ldapbindpasswd=${CANARIES.ldap}`,
        `host shop radius_user 10.0.0.0/8 radius radiusservers="192.0.2.9" radiussecrets="${CANARIES.radius}"`,
      ],
    });
    await postgres.query(`CREATE ROLE reader LOGIN SUPERUSER PASSWORD '${CANARIES.admin}'`);
    await postgres.query(`CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD '${CANARIES.role}'`);
    await postgres.query("CREATE TABLE orders (id int)");
    folder = await mkdtemp(join(tmpdir(), "facts-"));
    facts = join(folder, "facts.json");
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await postgres.stop();
  });

  const save = (...more: readonly string[]) =>
    commandLine(
      [
        "preflight",
        `postgres://reader@127.0.0.1:${postgres.port}/postgres`,
        ...["--role", "ardent", "--egress-ip", "203.0.113.7", "--facts", facts, ...more],
      ],
      { environment: { PGPASSWORD: CANARIES.admin, ARDENT_ROLE_PASSWORD: CANARIES.role } },
    );

  it("saves a file that gives the same report in every format, without the source", async () => {
    for (const form of [
      ["--output", "table"],
      ["--output", "short"],
      ["--output", "json"],
      ["--fix-script"],
    ]) {
      const looked = await save(...form);
      const replayed = await commandLine(["preflight", "--from-facts", facts, ...form]);
      expect(looked).toMatchObject({ exitCode: 1, stderr: "" });
      expect(replayed).toEqual(looked);
    }
  });

  it("saves no password, neither its own nor those in pg_hba.conf", async () => {
    await save();
    const saved = await readFile(facts, "utf8");
    expect(saved).toContain("ldapbindpasswd=***");
    expect(saved).toContain("radiussecrets=***");
    for (const canary of Object.values(CANARIES)) expect(saved).not.toContain(canary);
    expect(saved).not.toContain("SCRAM-SHA-256$");
  });

  it("saves it readable only by its owner, even over a public file, with the versions that wrote it", async () => {
    await rm(facts, { force: true });
    await writeFile(facts, "", { mode: 0o644 });
    await save();
    expect((await stat(facts)).mode & 0o777).toBe(0o600);
    const { version } = JSON.parse(await readFile(join(__dirname, "../../package.json"), "utf8"));
    expect(JSON.parse(await readFile(facts, "utf8"))).toMatchObject({
      factsVersion: 3,
      packageVersion: version,
    });
  });

  it("prints the report even where the facts cannot be saved", async () => {
    const { exitCode, stdout, stderr } = await save("--facts", folder);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^not ready: /m);
    expect(stderr).toContain("cannot be written (EISDIR)");
  });

  it.each([
    ["no JSON", "facts", "is not valid JSON"],
    ["another JSON", "[]", "does not contain facts"],
    ["a report", '{"schemaVersion": 1, "ok": true, "checks": []}', "factsVersion"],
    ["another version", '{"factsVersion": 2}', "expected 3"],
    [
      "half of the facts",
      JSON.stringify({ factsVersion: 3, request: {}, facts: { hba: { kind: "read" } } }),
      "facts: tables",
    ],
    ["a field that is part of every object", '{"factsVersion": 3, "__proto__": {}}', "__proto__"],
    [
      "a privilege that Postgres does not have",
      JSON.stringify({
        factsVersion: 3,
        facts: {
          held: {
            kind: "read",
            value: [
              {
                grant: { kind: "schema", database: "d", schema: "s", privileges: ["USAGE"] },
                privileges: [{ privilege: "CREATE ON SCHEMA s TO x; \\! id", grantable: false }],
                count: 1,
                all: true,
                examples: [],
              },
            ],
          },
        },
      }),
      "facts: held",
    ],
    ["more than 64 MiB", " ".repeat(64 * 1024 ** 2 + 1), "is too large"],
  ])("rejects a file with %s, and says why", async (_, content, message) => {
    const file = join(folder, "other.json");
    await writeFile(file, content);
    const { exitCode, stdout, stderr } = await commandLine(["preflight", "--from-facts", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("The saved facts cannot be used");
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

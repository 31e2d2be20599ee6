import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import { ALL_HOSTILE, expectHarmless, HOSTILE } from "../support/hostile-text";
import { type Major, type PostgresServer, startPostgres } from "../support/postgres";
import { byTier } from "../support/tier";
import { commandLine } from "./command-line";

/** What Postgres takes for a name. */
const NAMES = HOSTILE.filter((name) => !name.includes("\ud800"));

describe.each(byTier<readonly Major[]>({ first: [17], all: [13, 17] }))(
  "a Postgres %i whose objects have names with control characters and log commands",
  (major) => {
    let postgres: PostgresServer;
    const database = "shop\u001b]0;x\u0007::\u202e";
    const url = () => postgres.url(database);

    beforeAll(async () => {
      postgres = await startPostgres({ major });
      await postgres.query(`CREATE DATABASE ${quoteIdentifier(database)}`);
      const statements = NAMES.map(quoteIdentifier).flatMap((name) => [
        `CREATE ROLE ${name} LOGIN`,
        `CREATE SCHEMA ${name}; CREATE TABLE ${name}.${name} (${name} serial)`,
        `ALTER SCHEMA ${name} OWNER TO ${name}; ALTER TABLE ${name}.${name} OWNER TO ${name}`,
        `CREATE UNLOGGED TABLE ${name}."u" (); CREATE VIEW ${name}.v AS SELECT 1 AS one`,
        `ALTER TABLE ${name}.${name} ENABLE ROW LEVEL SECURITY`,
        `ALTER ROLE ${name} SET "planted.setting" = '${ALL_HOSTILE.replace("\ud800", "").replaceAll("'", "''")}'`,
        `ALTER ROLE ${name} SET search_path = ${name}`,
        `GRANT UPDATE ON ${name}.${name} TO ${quoteIdentifier(NAMES[0] ?? "")}`,
      ]);
      for (const statement of statements) await postgres.query(statement, undefined, { database });
      await postgres.query("SELECT pg_create_logical_replication_slot('other', 'wal2json')", undefined, {
        database,
      });
    });
    afterAll(() => postgres.stop());

    it("cannot inject anything into the output of preflight", { timeout: 180_000 }, async () => {
      for (const role of [NAMES[0], "\n::error::forged", "end %}> before <{% begin"].map(String)) {
        const args = ["preflight", url(), "--role", role, "--no-slot-probe", "--egress-ip", "203.0.113.7"];
        const run = await commandLine([...args, "--output", "table"]);
        expect(run.exitCode).toBe(1);
        expectHarmless(run.stdout + run.stderr);
        if (role !== NAMES[0]) continue;
        const short = await commandLine([...args, "--output", "short", "--assume-nosuperuser"]);
        expectHarmless(short.stdout + short.stderr);
        const json = await commandLine([...args, "--output", "json"]);
        expectHarmless(json.stdout + json.stderr);
        expect(JSON.parse(json.stdout).source).toMatchObject({ database, role });
        const colored = await commandLine(args, { environment: { FORCE_COLOR: "1" } });
        expectHarmless(colored.stdout.replaceAll("\u001b[", "["));
        expectHarmless((await commandLine([...args, "--fix-script"])).stdout);
      }
    });

    it("cannot inject anything into the owners and the grants", { timeout: 180_000 }, async () => {
      const table = await commandLine(["owners", url()]);
      expect(table.exitCode).toBe(0);
      expectHarmless(table.stdout + table.stderr);
      expect(table.stdout).toContain('  "\\u001b]0;title\\u0007": { owners: ["\\u001b]0;title\\u0007"] },');
      const json = await commandLine(["owners", url(), "--output", "json"]);
      expectHarmless(json.stdout + json.stderr);
      const owners = JSON.parse(json.stdout).map(({ owner }: { owner: string }) => owner);
      expect(owners).toEqual(expect.arrayContaining([...NAMES]));
      const schemas = NAMES.filter((name) => name === name.trim() && !name.includes(",")).join(",");
      const grants = await commandLine(["grants", url(), "--schemas", schemas, "--role", NAMES[0] ?? ""]);
      expect(grants).toMatchObject({ exitCode: 0, stderr: "" });
      expectHarmless(grants.stdout);
      const missing = await commandLine(["owners", url(), "--schemas", `${ALL_HOSTILE.replaceAll(",", "")}`]);
      expect(missing.exitCode).toBe(2);
      expectHarmless(missing.stdout + missing.stderr);
    });
  },
);

describe("a server whose error has control characters and log commands", () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        const fields = [
          "SFATAL",
          "VFATAL",
          `C${"28000"}`,
          `M${ALL_HOSTILE}`,
          `D${ALL_HOSTILE}`,
          `H${ALL_HOSTILE}`,
        ];
        const body = Buffer.from(`${fields.join("\0")}\0\0`);
        const head = Buffer.alloc(5);
        head.write("E");
        head.writeUInt32BE(body.length + 4, 1);
        socket.end(Buffer.concat([head, body]));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());

  it.each([
    ["preflight", []],
    ["preflight", ["--output", "json"]],
    ["owners", []],
    ["grants", ["--schemas", "public", "--role", "r"]],
  ])("has no effect by %s %j", async (command, more) => {
    const url = `postgres://u@127.0.0.1:${port}/shop?sslmode=disable`;
    const run = await commandLine([command, url, ...more], { environment: { PGPASSWORD: "x" } });
    expect(run.exitCode).toBe(command === "preflight" ? 1 : 2);
    expect(run.stdout + run.stderr).toContain("forged");
    expectHarmless(run.stdout + run.stderr);
  });
});

describe("a file or an argument with control characters and log commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));

  it.each([
    ["facts", ["preflight", "--from-facts"], JSON.stringify({ [ALL_HOSTILE]: 1, facts: ALL_HOSTILE })],
    ["no JSON", ["preflight", "--from-facts"], ALL_HOSTILE],
    [
      "decisions",
      ["preflight", "postgres://u@127.0.0.1:9/d?sslmode=disable", "--replica-identity-decisions"],
      JSON.stringify({ [ALL_HOSTILE]: ALL_HOSTILE }),
    ],
    ["faults", ["emulator", "--faults"], JSON.stringify([{ [ALL_HOSTILE]: ALL_HOSTILE, do: ALL_HOSTILE }])],
    ["state", ["emulator", "--state"], JSON.stringify({ version: 1, [ALL_HOSTILE]: ALL_HOSTILE })],
  ])("has no effect when it contains %s", async (name, args, content) => {
    const file = join(folder, `${name}::\u001b\u202e`);
    writeFileSync(file, content);
    const run = await commandLine([...args, file], { environment: { PGPASSWORD: "x" } });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).not.toBe("");
    expectHarmless(run.stdout + run.stderr);
  });

  it("has no effect as an argument", async () => {
    const hostile = ALL_HOSTILE.replace("\ud800", "");
    for (const args of [
      [hostile],
      ["preflight", hostile],
      ["owners", "x", "--output", hostile],
      [`--${hostile}`],
    ]) {
      const run = await commandLine(args);
      expect(run.exitCode).toBe(2);
      expectHarmless(run.stdout + run.stderr);
    }
  });
});

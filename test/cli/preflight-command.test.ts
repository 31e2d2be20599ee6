import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreflightReport } from "../../src/preflight/report";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { commandLine, type Finished } from "./command-line";

/** Looked for in everything that is printed. */
const CANARY = "canary-3f9a-pass/word@#";

describe("pulumi-ardent preflight", () => {
  let postgres: SharedPostgres;
  let database: string;
  const role = uniqueName("ardent");
  const printed: Finished[] = [];

  beforeAll(async () => {
    postgres = await sharedPostgres(17);
    database = await postgres.createDatabase("cli");
    await postgres.query(`CREATE ROLE "${role}" LOGIN SUPERUSER REPLICATION PASSWORD '${CANARY}'`);
    await postgres.query("CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY)", undefined, {
      database,
    });
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  });

  const url = (user = role, password?: string) => {
    const login = password === undefined ? user : `${user}:${encodeURIComponent(password)}`;
    return `postgres://${login}@127.0.0.1:${postgres.port}/${database}`;
  };
  const preflight = async (args: readonly string[], more?: Parameters<typeof commandLine>[1]) => {
    const finished = await commandLine(["preflight", ...args], more);
    printed.push(finished);
    return finished;
  };
  const asRole = { environment: { PGPASSWORD: CANARY } };

  it("exits 1 on a database that is not ready, with the fixes, the grant script and the verdict, in that order", async () => {
    const { exitCode, stdout } = await preflight([url(), "--schemas", "app"], asRole);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${database} at 127.0.0.1:${postgres.port}, Postgres 17.`);
    expect(stdout).toMatch(/^ {2}✓ wal-level +wal_level is logical$/m);
    expect(stdout).toMatch(/^ {2}✗ read-tables /m);
    expect(stdout).toMatch(/^not ready: \d+ failed, /m);
    expect(stdout).toContain(`GRANT SELECT ON ALL TABLES IN SCHEMA "app" TO "${role}";`);
    const [, verdict] = stdout.split("\nCOMMIT;\n");
    expect(verdict).toMatch(/^\nnot ready: .*\n {2}failed: .*read-tables/);
    expect(verdict).toMatch(/\n {2}not judged: pg_hba.conf: give --egress-ip\n/);
    expect(verdict).toMatch(/\n {2}next: pulumi-ardent preflight … --fix-script > fixes.sql\n$/);
    expect(stdout).not.toContain("\u001b[");
  });

  it("exits 0 once the grant script that it prints has been run", async () => {
    const before = await preflight([url(), "--schemas", "app", "--output", "json"], asRole);
    await postgres.query(JSON.parse(before.stdout).grantScript, undefined, { database });
    const { exitCode, stdout } = await preflight([url(), "--schemas", "app"], asRole);
    expect(stdout).toMatch(/^ready: .*\d+ passed, \d+ skipped\n(?: .*\n)* {2}next: pulumi preview\n$/m);
    expect(stdout).not.toContain("GRANT");
    expect(exitCode).toBe(0);
  });

  it("wraps prose at 80 characters where the output is no terminal, and no statement", async () => {
    const { stdout } = await preflight([url(), "--schemas", "app"], asRole);
    const [checklist = ""] = stdout.split("\nGrant script\n");
    const long = checklist.split("\n").filter((line) => line.length > 80);
    expect(long.filter((line) => !/^ {11}[A-Z].*;$|^ {6}see: /.test(line))).toEqual([]);
    expect(checklist).toMatch(/^ {2}. hba-sql .*\n {10,}\S/m);
  });

  it("says once that a failed login prevents all other checks", async () => {
    const { exitCode, stdout } = await preflight([url()], { environment: { PGPASSWORD: `not ${CANARY}` } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}✗ login /m);
    expect(stdout).not.toMatch(/^ {2}. (wal-level|role-exists|read-tables|replica-identity) /m);
    expect(stdout).toMatch(/^ {2}not judged: \d\d checks not run: need login\n/m);
    const { stdout: json } = await preflight([url(), "--output", "json"], {
      environment: { PGPASSWORD: `not ${CANARY}` },
    });
    const told = Number(/(\d\d) checks not run/.exec(stdout)?.[1]);
    const { checks } = JSON.parse(json) as PreflightReport;
    const needing = new Set(["login"]);
    for (const { id, needs } of checks) if (needs !== undefined && needing.has(needs)) needing.add(id);
    expect(told).toBe(needing.size - 1);
  });

  it("prints the report as JSON", async () => {
    const { stdout } = await preflight([url(), "--schemas", "app", "--output", "json"], asRole);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      ok: true,
      source: { host: "127.0.0.1", port: postgres.port, database, role },
      summary: { fail: 0, unknown: 0 },
    });
  });

  it("reads the URL, its password included, from stdin", async () => {
    const { exitCode, stdout } = await preflight(["-", "--schemas", "app"], {
      stdin: `${url(role, CANARY)}\n`,
    });
    expect(stdout).toMatch(/✓ login +the role can log in \(/);
    expect(exitCode).toBe(0);
  });

  it("tries the role's own login with ARDENT_ROLE_PASSWORD when an admin looks", async () => {
    const { user, password } = postgres.admin;
    const look = (rolePassword: string) =>
      preflight([url(user), "--role", role, "--schemas", "app", "--output", "json"], {
        environment: { PGPASSWORD: password, ARDENT_ROLE_PASSWORD: rolePassword },
      });
    const loginIn = ({ stdout }: Finished) =>
      JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === "login");
    expect(loginIn(await look(CANARY))).toMatchObject({ outcome: "pass", message: role });
    expect(loginIn(await look(`not the ${CANARY}`))).toMatchObject({
      outcome: "fail",
      message: `password authentication failed for role "${role}"`,
    });
  });

  it("reads decisions from a file, and reports its mistakes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "decisions-"));
    const file = join(folder, "decisions.json");
    const args = [url(), "--schemas", "app", "--replica-identity-decisions", file];
    await postgres.query("CREATE TABLE app.events (note text)", undefined, { database });
    await postgres.query(`GRANT SELECT ON app.events TO "${role}"`, undefined, { database });

    expect((await preflight([url(), "--schemas", "app"], asRole)).exitCode).toBe(1);
    await writeFile(file, '{"app.events": "exclude"}');
    expect((await preflight(args, asRole)).exitCode).toBe(0);
    await writeFile(file, '{"app.events": "skip", "app.orders": 1}');
    expect(await preflight(args, asRole)).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(/app\.events(.|\n)*app\.orders/),
    });
    await rm(folder, { recursive: true });
  });

  it("accepts existing replication objects with --connected, and creates no slot with --no-slot-probe", async () => {
    const args = [url(), "--schemas", "app", "--output", "json"];
    const outcome = ({ stdout }: Finished, wanted: string) =>
      JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === wanted);
    await postgres.query("CREATE SCHEMA pgstream", undefined, { database });
    const stranger = await preflight(args, asRole);
    expect(outcome(stranger, "duplicate-source").outcome).toBe("fail");
    expect(outcome(stranger, "wal2json").message).toBe("a temporary slot was created and dropped");

    const connected = await preflight([...args, "--connected", "--no-slot-probe"], asRole);
    expect(outcome(connected, "duplicate-source").outcome).toBe("pass");
    expect(outcome(connected, "wal2json")).toMatchObject({ outcome: "pass", message: "" });
    await postgres.query("DROP SCHEMA pgstream", undefined, { database });
  });

  it.each([
    ["no URL", [], "give a URL or --from-facts, not both"],
    [
      "a URL beside saved facts",
      ["postgres://u@db/shop", "--from-facts", "f"],
      "a URL or --from-facts, not both",
    ],
    ["questions to saved facts", ["--from-facts", "f", "--schemas", "app"], "cannot be used with"],
    ["a time without a unit", ["postgres://u@db/shop", "--wait", "10"], "30s, 10m or 2h"],
    [
      "two forms at once",
      ["postgres://u@db/shop", "--fix-script", "--output", "json"],
      "cannot be used with",
    ],
    ["another scheme", ["mysql://db/shop"], "does not start with postgres:// or postgresql://"],
    ["an sslmode that falls back", ["postgres://u@db/shop?sslmode=prefer"], "falls back to plain text"],
    ["a role without a name", ["postgres://u@db/shop", "--role", ""], "The name is empty."],
    ["a stdin without a URL", ["-"], "stdin: is empty"],
    [
      "decisions that are not there",
      ["postgres://u@db/shop", "--replica-identity-decisions", "/nonexistent/file"],
      "/nonexistent/file: cannot be read (ENOENT)",
    ],
    ["an unknown option", ["postgres://u@db/shop", "--verbose"], "unknown option '--verbose'"],
    ["an egress IP of version 6", ["postgres://u@db/shop", "--egress-ip", "::1"], "IPv4 address"],
    ["owners without schemas", ["postgres://u@db/shop", "--owners", "app"], "--schemas"],
    [
      "an unknown output format",
      ["postgres://u@db/shop", "--output", "xml"],
      "Allowed choices are table, short, json",
    ],
    ["a password that is not encoded", [`postgres://u:${CANARY}@db/shop`], "percent-encoded"],
  ])("exits 2 on %s, says so, and shows no stack", async (_, args, message) => {
    const { exitCode, stdout, stderr } = await preflight(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it("stops at SIGINT, even while a server keeps it waiting", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const finished = await preflight([`postgres://u@127.0.0.1:${port}/shop`], {
      started: (child) => silent.once("connection", () => child.kill("SIGINT")),
    });
    expect(finished).toMatchObject({ exitCode: 130, stdout: "", stderr: "interrupted\n" });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("never prints a password", () => {
    expect(printed.length).toBeGreaterThan(10);
    for (const { stdout, stderr } of printed)
      for (const secret of [CANARY, encodeURIComponent(CANARY), postgres.admin.password])
        expect(stdout + stderr).not.toContain(secret);
  });
});

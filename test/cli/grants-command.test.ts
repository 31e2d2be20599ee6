import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres, uniqueName } from "../support/postgres";
import { commandLine } from "./command-line";

describe("pulumi-ardent grants", () => {
  let postgres: PostgresServer;
  let database: string;
  const role = uniqueName("ardent");
  const owner = uniqueName("app_writer");
  const creator = uniqueName("migrator");

  beforeAll(async () => {
    postgres = await startPostgres({ major: 17 });
    database = await postgres.createDatabase("grants");
    await postgres.query(`CREATE ROLE "${role}" LOGIN; CREATE ROLE "${owner}"; CREATE ROLE "${creator}"`);
    await inDatabase(
      `CREATE SCHEMA app AUTHORIZATION "${owner}"; SET ROLE "${owner}"; CREATE TABLE app.orders ()`,
    );
  });
  afterAll(async () => {
    await postgres.stop();
  });

  const inDatabase = (sql: string) => postgres.query(sql, undefined, { database });
  const psql = (script: string) =>
    postgres.exec(["sh", "-c", 'printf %s "$1" | psql -qX -d "$2" -f -', "sh", script, database]);
  const grants = (...args: readonly string[]) =>
    commandLine(["grants", postgres.url(database), "--role", role, ...args]);
  const readable = async (table: string) => {
    const [row] = await inDatabase(`SELECT has_table_privilege('${role}', '${table}', 'SELECT') AS readable`);
    return row?.readable;
  };

  it("prints a script that lets the role read, including future tables of the owner", async () => {
    const { exitCode, stdout, stderr } = await grants("--schemas", "app");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(
      "-- To undo exactly this later, print the script with --revoke before you run this one",
    );
    expect(await readable("app.orders")).toBe(false);
    await psql(stdout);
    await inDatabase(`SET ROLE "${owner}"; CREATE TABLE app.later ()`);
    expect([await readable("app.orders"), await readable("app.later")]).toEqual([true, true]);
  });

  it("prints a script that revokes all of it", async () => {
    const { exitCode, stdout } = await grants("--schemas", "app", "--revoke");
    expect(exitCode).toBe(0);
    await psql(stdout);
    expect(await readable("app.orders")).toBe(false);
    expect(
      await postgres.query(
        "SELECT 1 FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid WHERE rolname = $1",
        [role],
      ),
    ).toEqual([]);
  });

  it("covers future tables of --owners that own nothing yet, and revokes that too", async () => {
    const later = async (table: string) => {
      await inDatabase(`SET ROLE "${creator}"; CREATE TABLE ${table} ()`);
      return readable(table);
    };
    await inDatabase(`GRANT USAGE, CREATE ON SCHEMA app TO "${creator}"`);
    const named = ["--schemas", "app", "--owners", `${creator}`];
    const script = await grants(...named);
    expect(script).toMatchObject({ exitCode: 0, stderr: "" });
    await psql(script.stdout);
    expect(await later("app.named")).toBe(true);
    await inDatabase(`DROP TABLE app.named`);
    await psql((await grants(...named, "--revoke")).stdout);
    expect(await later("app.revoked")).toBe(false);
  });

  it("exits 2 for owners that do not exist", async () => {
    const { exitCode, stdout, stderr } = await grants("--schemas", "app,nope", "--owners", `${owner},nobody`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`- nope: database "${database}" has no such schema`);
    expect(stderr).toContain("- nobody: the server has no such role");
    expect(stderr).not.toContain(owner);
  });

  it("exits 2 for schemas that do not exist, and names all of them", async () => {
    const { exitCode, stdout, stderr } = await grants("--schemas", "app,nope,neither");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`- nope: database "${database}" has no such schema`);
    expect(stderr).toContain(`- neither: database "${database}" has no such schema`);
  });

  it("exits 2 where it cannot log in, and says why", async () => {
    const url = `postgres://nobody:wrong@127.0.0.1:${postgres.port}/${database}`;
    const { exitCode, stderr } = await commandLine(["grants", url, "--role", role, "--schemas", "app"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('password authentication failed for role "nobody"');
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

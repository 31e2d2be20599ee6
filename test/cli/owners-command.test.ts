import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { commandLine } from "./command-line";

describe("pulumi-ardent owners", () => {
  let postgres: SharedPostgres;
  let database: string;
  const writer = uniqueName('a"writer');
  const migrator = uniqueName("migrator");
  const quoted = `"${writer.replace('"', '""')}"`;

  beforeAll(async () => {
    postgres = await sharedPostgres(17);
    database = await postgres.createDatabase("owners");
    await postgres.query(
      `CREATE ROLE ${quoted}; CREATE ROLE "${migrator}";
       CREATE SCHEMA app; CREATE SCHEMA other;
       GRANT CREATE ON SCHEMA app TO "${migrator}";
       CREATE TABLE app.orders (id serial); ALTER TABLE app.orders OWNER TO ${quoted};
       CREATE TABLE other.runs (); ALTER TABLE other.runs OWNER TO "${migrator}";`,
      undefined,
      { database },
    );
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP ROLE ${quoted}, "${migrator}"`);
  });

  it("prints a table, and the owners as arguments", async () => {
    const { exitCode, stdout, stderr } = await commandLine([
      "owners",
      postgres.url(database),
      "--schemas",
      "app",
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const name = (owner: string) => owner.padEnd(writer.length);
    expect(stdout).toBe(
      [
        `schema  ${name("owner")}  tables  sequences  tables elsewhere  may create`,
        `app     ${name(writer)}       1          1                 0  no`,
        `app     ${name(migrator)}       0          0                 1  yes`,
        "",
        "As an argument, with roles that own tables here, or that can create tables here and own tables elsewhere:",
        "schemas: {",
        `  "app": { owners: [${JSON.stringify(writer)}, ${JSON.stringify(migrator)}] },`,
        "}",
        "",
      ].join("\n"),
    );
  });

  it("prints JSON", async () => {
    const { exitCode, stdout } = await commandLine(["owners", postgres.url(database), "--output", "json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual({
      schema: "app",
      owner: migrator,
      tables: 0,
      sequences: 0,
      tablesElsewhere: 1,
      creates: true,
      superuser: false,
    });
  });

  it("exits 2 for a schema that does not exist", async () => {
    const { exitCode, stdout, stderr } = await commandLine([
      "owners",
      postgres.url(database),
      "--schemas",
      "app,nope",
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`- nope: database "${database}" has no such schema`);
  });

  it("says so when no role owns anything", async () => {
    const empty = await postgres.createDatabase("owners_empty");
    const { stdout } = await commandLine(["owners", postgres.url(empty)]);
    await postgres.query(`DROP DATABASE "${empty}" WITH (FORCE)`);
    expect(stdout).toBe("no role owns a table or sequence here, and no role was granted CREATE by name\n");
  });
});

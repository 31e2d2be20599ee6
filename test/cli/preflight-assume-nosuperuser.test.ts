import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreflightReport } from "../../src/preflight/report";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { commandLine } from "./command-line";

describe("pulumi-ardent preflight of a superuser", () => {
  let postgres: SharedPostgres;
  let database: string;
  const role = uniqueName("ardent");
  const migrator = uniqueName("migrator");

  beforeAll(async () => {
    postgres = await sharedPostgres(17);
    database = await postgres.createDatabase("narrow");
    await postgres.query(
      `CREATE ROLE "${role}" LOGIN SUPERUSER; CREATE ROLE "${migrator}";
       CREATE SCHEMA app; CREATE SCHEMA other; CREATE TABLE app.orders (id int PRIMARY KEY);
       ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
       GRANT CREATE ON SCHEMA app TO "${migrator}";
       CREATE TABLE other.runs (); ALTER TABLE other.runs OWNER TO "${migrator}"`,
      undefined,
      { database },
    );
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP ROLE "${role}", "${migrator}"`);
  });

  const outcomes = async (...args: readonly string[]) => {
    const question = ["--role", role, "--schemas", "app", "--no-slot-probe", "--output", "json"];
    const { stdout } = await commandLine(["preflight", postgres.url(database), ...question, ...args]);
    const { checks } = JSON.parse(stdout) as PreflightReport;
    return Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
  };

  it("reports with --assume-nosuperuser what would be missing without SUPERUSER", async () => {
    expect(await outcomes()).toMatchObject({
      "role-superuser": "pass",
      // Ardent's engine wants the attribute of a superuser, too.
      "role-replication": "fail",
      "row-security": "warn",
    });
    expect(await outcomes("--assume-nosuperuser")).toMatchObject({
      "role-superuser": "fail",
      "role-replication": "fail",
      "row-security": "fail",
    });
  });

  it("leaves out roles in --ignore-owners, which will not create tables", async () => {
    const names = ["default-privileges", "default-privileges-creators"];
    const pick = (all: Record<string, string>) => names.map((name) => all[name]);
    expect(pick(await outcomes())).toEqual(["fail", "warn"]);
    expect(pick(await outcomes("--ignore-owners", `postgres,${migrator}`))).toEqual(["pass", "pass"]);
  });
});

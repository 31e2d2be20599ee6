import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { commandLine } from "./command-line";

describe("pulumi-ardent preflight --wait", () => {
  let postgres: SharedPostgres;
  let database: string;
  const role = uniqueName("ardent");
  beforeAll(async () => {
    postgres = await sharedPostgres(17);
    database = await postgres.createDatabase("wait");
    await postgres.query(`CREATE ROLE "${role}" LOGIN SUPERUSER REPLICATION PASSWORD 'secret'`);
    await postgres.query(
      `CREATE TABLE events (at int PRIMARY KEY); GRANT SELECT ON events TO "${role}";
       ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${role}";
       ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO "${role}";
       GRANT USAGE ON SCHEMA public TO "${role}"; GRANT CREATE ON DATABASE "${database}" TO "${role}";
       ALTER TABLE events REPLICA IDENTITY NOTHING`,
      undefined,
      { database },
    );
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP ROLE "${role}"`);
  });

  /** Runs it, and does something as soon as it says what it waits for. */
  const wait = (time: string, onWaiting: (child: ChildProcess) => unknown = () => {}) =>
    commandLine(["preflight", `postgres://${role}@127.0.0.1:${postgres.port}/${database}`, "--wait", time], {
      environment: { PGPASSWORD: "secret" },
      started: (child) => child.stderr?.once("data", () => onWaiting(child)),
    });

  it("retries until the time is up, and ends with the result of the last run", async () => {
    const { exitCode, stdout, stderr } = await wait("5s");
    expect(exitCode).toBe(1);
    expect(stdout.match(/^not ready: 1 failed/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^waiting for replica-identity \(\d+ s left\)\n$/);
  });

  it("ends at once at Ctrl-C, without a report", async () => {
    const { exitCode, stdout, stderr } = await wait("10m", (child) => child.kill("SIGINT"));
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(stderr).toMatch(/^waiting for replica-identity \(\d+ s left\)\ninterrupted\n$/);
  });

  it("ends with the first run that passes", async () => {
    const { exitCode, stdout } = await wait("10m", () =>
      postgres.query("ALTER TABLE events REPLICA IDENTITY DEFAULT", undefined, { database }),
    );
    expect(stdout).toMatch(/^ready: /m);
    expect(exitCode).toBe(0);
  });
});

import { type ChildProcess, execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { openSession } from "../../src/postgres/session";
import type { GatherOptions } from "../../src/preflight/gather-facts";
import { runPreflight } from "../../src/preflight/run";
import { commandLine, type Finished } from "../cli/command-line";
import { type PostgresServer, startPostgres } from "../support/postgres";

describe("preflight in trouble", () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres({ major: 17 });
    await postgres.query("CREATE ROLE plain LOGIN PASSWORD 'plain'; CREATE TABLE orders (id int)");
  });
  afterAll(() => postgres.stop());

  const options = (user: string, password: string): GatherOptions => {
    const source = { host: postgres.host, port: postgres.port, database: "postgres" };
    return {
      request: {
        source,
        role: user,
        connector: true,
        schemas: undefined,
        egressIp: "203.0.113.7",
        tls: false,
        decisions: {},
      },
      admin: connectionSettings({ ...source, user, password }),
      probes: { slot: true, login: true },
    };
  };
  const sessions = () =>
    postgres.query(
      "SELECT pid, wait_event_type, query FROM pg_stat_activity WHERE application_name LIKE 'pulumi-ardent%'",
    );
  const slots = () => postgres.query("SELECT slot_name FROM pg_replication_slots");

  it("ends in time when the server stops answering midway, and says unknown of what it could not ask", async () => {
    const { user, password } = postgres.admin;
    const [container = ""] = docker("ps", "--quiet", `--filter=publish=${postgres.port}`).split("\n");
    const report = await runPreflight({
      ...options(user, password),
      statementTimeoutMs: 200,
      onProgress: (line) => {
        if (line === "reading the catalogue") docker("pause", container);
      },
    }).finally(() => docker("unpause", container));

    const results = new Map(report.checks.map((check) => [check.id, check]));
    expect(report.ok).toBe(false);
    expect(results.get("tcp-reachable")).toMatchObject({ outcome: "pass" });
    for (const id of ["hba-sql", "wal-level", "role-exists", "replica-identity"])
      expect(results.get(id)).toMatchObject({
        outcome: "unknown",
        message: "the server has not answered for 3200 ms",
      });
    await expect.poll(sessions, { timeout: 20_000 }).toEqual([]);
  });

  it.each(["SIGKILL", "SIGINT"] as const)(
    "leaves no session and no slot when %s ends it while the slot waits for a writer",
    async (signal) => {
      const writer = await openSession(connectionSettings(postgres.admin), {
        applicationName: "writer",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 60_000,
      });
      await writer.query("BEGIN");
      await writer.query("SELECT pg_current_xact_id()");
      let finished: Promise<Finished> | undefined;
      const child = await new Promise<ChildProcess>((started) => {
        finished = commandLine(["preflight", postgres.url()], { started });
      });
      await expect.poll(sessions, { timeout: 20_000 }).toContainEqual(
        expect.objectContaining({
          wait_event_type: "Lock",
          query: expect.stringContaining("pg_create_logical_replication_slot"),
        }),
      );
      expect(await slots()).toHaveLength(1);

      child.kill(signal);
      expect(await finished).toMatchObject(
        signal === "SIGINT" ? { exitCode: 130, stdout: "" } : { exitCode: null, stdout: "" },
      );
      // The writer still writes: it is the server that gives up, after lock_timeout.
      await expect.poll(sessions, { timeout: 15_000 }).toEqual([]);
      expect(await slots()).toEqual([]);
      await writer.query("ROLLBACK");
      await writer.close();
    },
  );

  it("gets as far as a plain user's rights go, and says which right shows more", async () => {
    const look = async () => {
      const { checks, summary } = await runPreflight(options("plain", "plain"));
      return { summary, results: new Map(checks.map((check) => [check.id, check])) };
    };
    const { results, summary } = await look();
    expect(results.get("wal2json")).toMatchObject({
      outcome: "unknown",
      message: expect.stringMatching(/^a role with REPLICATION can try it: permission denied/),
    });
    expect(results.get("output-plugin-allowed")).toMatchObject({
      outcome: "unknown",
      message: expect.stringContaining("(pg_read_all_settings shows it)"),
    });
    expect(summary.pass).toBeGreaterThan(10);
    expect(results.get("wal-level")).toMatchObject({ outcome: "pass" });
    expect(results.get("role-superuser")).toMatchObject({ outcome: "fail" });
    expect(results.get("read-tables")).toMatchObject({ outcome: "fail", findingCount: 1 });
    expect(results.get("hba-sql")).toMatchObject({
      outcome: "skipped",
      message:
        "this user may not read it: permission denied for view pg_hba_file_rules; GRANT SELECT ON pg_hba_file_rules and GRANT EXECUTE ON FUNCTION pg_hba_file_rules() would show it",
    });
    expect(results.get("role-password")?.message).toBe("only a superuser can see how the password is stored");

    await postgres.query(
      "GRANT pg_read_all_settings TO plain; GRANT SELECT ON pg_hba_file_rules TO plain; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO plain",
    );
    const more = await look();
    expect(more.results.get("hba-sql")).toMatchObject({ outcome: "pass" });
    expect(more.results.get("output-plugin-allowed")).toMatchObject({ outcome: "pass" });
  });
});

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { openSession, type Session } from "../../src/postgres/session";
import type { GatherOptions } from "../../src/preflight/facts/gather-facts";
import { runPreflight } from "../../src/preflight/run";
import { commandLine, type Finished } from "../cli/command-line";
import { MAJORS, type PostgresServer, startPostgres } from "../support/postgres";
import { requestFor } from "./request-for";

describe.each(MAJORS)("preflight with a failing server on Postgres %i", (major) => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres({ major });
    await postgres.query("CREATE TABLE orders (id int)");
  });
  afterAll(() => postgres.stop());

  const options = (user: string, password: string): GatherOptions => {
    const source = { host: postgres.host, port: postgres.port, database: "postgres" };
    return {
      request: requestFor({
        source,
        role: user,
        connector: true,
        egressIp: "203.0.113.7",
        tls: false,
        decisions: {},
      }),
      admin: connectionSettings({ ...source, user, password }),
      probes: { slot: true, login: true },
    };
  };
  const asAdmin = () => options(postgres.admin.user, postgres.admin.password);
  const sessions = () =>
    postgres.query<{ wait_event_type: string; query: string }>(
      "SELECT pid, wait_event_type, query FROM pg_stat_activity WHERE application_name LIKE 'pulumi-ardent%'",
    );
  const slots = () => postgres.query("SELECT slot_name FROM pg_replication_slots");
  const slotWaits = async () =>
    (await sessions()).some(
      ({ wait_event_type: waits, query }) =>
        waits === "Lock" && query.includes("pg_create_logical_replication_slot"),
    );
  /** Runs something while a transaction is open that a new slot has to wait for. */
  const whileSomebodyWrites = async (work: (writer: Session) => Promise<void>) => {
    const writer = await openSession(connectionSettings(postgres.admin), {
      applicationName: "writer",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
    });
    await writer.query("BEGIN");
    await writer.query("SELECT pg_current_xact_id()");
    await work(writer);
    await writer.query("ROLLBACK");
    await writer.close();
  };
  /** Starts the command line and waits until its slot waits for the writer. */
  const startProbing = async () => {
    let finished: Promise<Finished> | undefined;
    const child = await new Promise<ChildProcess>((started) => {
      finished = commandLine(["preflight", postgres.url()], { started });
    });
    await expect.poll(slotWaits, { timeout: 20_000 }).toBe(true);
    expect(await slots()).toHaveLength(1);
    return { child, finished };
  };

  it.each(["SIGINT", "SIGTERM"] as const)(
    "leaves no session and no slot when %s ends it while the slot waits for a writer",
    async (signal) => {
      await whileSomebodyWrites(async () => {
        const logged = (await postgres.logs()).length;
        const { child, finished } = await startProbing();
        child.kill(signal);
        expect(await finished).toEqual({ exitCode: 130, stdout: "", stderr: "interrupted\n" });
        await expect.poll(sessions, { timeout: 15_000 }).toEqual([]);
        expect(await slots()).toEqual([]);
        // It was told to, and has not come to the end of its own time.
        const log = (await postgres.logs()).slice(logged);
        expect(log).toContain("canceling statement due to user request");
        expect(log).not.toContain("canceling statement due to lock timeout");
      });
    },
  );

  it("leaves none within lock_timeout when it is killed there", async () => {
    await whileSomebodyWrites(async () => {
      const { child, finished } = await startProbing();
      child.kill("SIGKILL");
      expect(await finished).toEqual({ exitCode: null, stdout: "", stderr: "" });
      // The writer still writes: it is the server that gives up.
      await expect.poll(sessions, { timeout: 15_000 }).toEqual([]);
      expect(await slots()).toEqual([]);
    });
  });

  it("leaves none when its signal is aborted there, before it says so", async () => {
    await whileSomebodyWrites(async () => {
      const controller = new AbortController();
      const run = runPreflight({ ...asAdmin(), signal: controller.signal });
      await expect.poll(slotWaits, { timeout: 20_000 }).toBe(true);
      controller.abort(new Error("enough"));
      await expect(run).rejects.toThrow("enough");
      expect(await slots()).toEqual([]);
    });
  });

  it("gets as far as a plain user's rights go, and says which right shows more", async () => {
    await postgres.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    const look = async () => {
      const { checks, summary } = await runPreflight(options("plain", "plain"));
      return { summary, results: new Map(checks.map((check) => [check.id, check])) };
    };
    const { results, summary } = await look();
    expect(results.get("wal2json")).toMatchObject({
      outcome: "unknown",
      message: expect.stringMatching(/^trying it needs REPLICATION: the server says ".+"$/),
    });
    expect(summary.pass).toBeGreaterThan(10);
    expect(results.get("wal-level")).toMatchObject({ outcome: "pass" });
    expect(results.get("role-superuser")).toMatchObject({ outcome: "fail" });
    expect(results.get("read-tables")).toMatchObject({ outcome: "fail", findingCount: 1 });
    expect(results.get("hba-sql")).toMatchObject({
      outcome: "skipped",
      message: expect.stringMatching(
        /^this user is not allowed to read it: the server says "permission denied for \w+ pg_hba_file_rules"; GRANT SELECT ON pg_hba_file_rules and GRANT EXECUTE ON FUNCTION pg_hba_file_rules\(\) would show it$/,
      ),
    });
    expect(results.get("role-password")?.message).toBe("only a superuser can see how the password is stored");

    await postgres.query(
      "GRANT pg_read_all_settings TO plain; GRANT SELECT ON pg_hba_file_rules TO plain; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO plain",
    );
    const more = await look();
    // The lines are seen, and not what of them is in quotes.
    expect(more.results.get("hba-sql")).toMatchObject({
      outcome: "warn",
      message: expect.stringContaining("all is a plain name if it is in quotes"),
    });
    expect(more.results.get("output-plugin-allowed")).toMatchObject({ outcome: "pass" });
  });

  it("says which right shows the list of output plugins, where the server has one", async () => {
    await postgres.query("CREATE ROLE reader LOGIN PASSWORD 'reader'");
    const [{ exists } = { exists: false }] = await postgres.query<{ exists: boolean }>(
      "SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'output_plugin_libraries')",
    );
    const { checks } = await runPreflight(options("reader", "reader"));
    expect(checks.find(({ id }) => id === "output-plugin-allowed")).toMatchObject({
      outcome: "unknown",
      ...(exists ? { message: expect.stringContaining("(needs pg_read_all_settings)") } : {}),
    });
  });
});

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { applicationSession } from "../../support/application-session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("synchronous-replication", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({
      major,
      hba: ["local all all trust", "local replication all trust", "host all all all scram-sha-256"],
    });
    await source.run("CREATE ROLE ardent", "CREATE ROLE plain LOGIN PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  const judge = () => source.judge("synchronous-replication");
  /** ALTER SYSTEM writes no WAL, and waits for no standby. */
  const set = (names: string) =>
    source.run(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`, "SELECT pg_reload_conf()");
  /** A setting is reloaded and a standby connects in their own time, and slowly on a busy machine. */
  const eventually = (expectation: () => Promise<void>) =>
    vi.waitFor(expectation, { timeout: 50_000, interval: 200 });
  const until = (outcome: string) => eventually(async () => expect((await judge()).outcome).toBe(outcome));
  const session = () =>
    applicationSession(source.admin, {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
    });

  it("passes without synchronous standbys", async () => {
    expect(await judge()).toMatchObject({ outcome: "pass", message: "no standby is synchronous" });
  });

  it("fails while commits hang for a missing standby, and passes if the role does not wait", async () => {
    await set("second");
    await until("fail");
    // Commits wait once the checkpointer has read the setting, which it does before its next checkpoint.
    await source.run("CHECKPOINT");
    const [writer, reader] = await Promise.all([session(), session()]);
    const hanging = writer.query("CREATE SCHEMA hangs");
    await eventually(async () =>
      expect(
        await reader.query("SELECT wait_event FROM pg_stat_activity WHERE pid = $1", [writer.backendPid]),
      ).toEqual([{ wait_event: "SyncRep" }]),
    );
    expect(await judge()).toMatchObject({
      outcome: "fail",
      pointInTime: true,
      message: "commits hang: 0 of 1 synchronous standbys connected",
      findings: [
        {
          object: "synchronous_standby_names",
          current: "second, 0 of 1 connected",
          needed: "1 connected",
          where: expect.stringContaining("postgresql.auto.conf:"),
        },
      ],
      fix: { sql: [], effect: "none" },
    });
    // A user who cannot see the states can see that there is no standby at all.
    expect(
      await source.judge("synchronous-replication", { admin: source.as("plain", "right") }),
    ).toMatchObject({ outcome: "fail" });
    await set("");
    await until("pass");
    await hanging;
    await Promise.all([writer.close(), reader.close()]);

    await source.run("ALTER ROLE ardent SET synchronous_commit = local");
    await set("second");
    await eventually(async () =>
      expect(await judge()).toMatchObject({
        outcome: "pass",
        message: "synchronous_commit is local: commits wait for no standby",
      }),
    );
    await set("");
    await until("pass");
    await source.run("ALTER ROLE ardent RESET synchronous_commit");
  });

  it("compares the connected standbys with those that commits wait for", async () => {
    await source.exec([
      "sh",
      "-c",
      `pg_basebackup -D /tmp/standby -R && chmod 700 /tmp/standby &&
       pg_ctl -D /tmp/standby -l /tmp/standby.log -o "-p 5433 -c ssl=off -c cluster_name=second" -w start > /dev/null`,
    ]);
    await set("FIRST 2 (second, third)");
    await eventually(async () =>
      expect(await judge()).toMatchObject({
        outcome: "fail",
        message: "commits hang: 1 of 2 synchronous standbys connected",
      }),
    );
    for (const names of ["ANY 1 (second, third)", "*"]) {
      await set(names);
      await eventually(async () =>
        expect(await judge()).toMatchObject({
          outcome: "pass",
          message: "1 of 1 synchronous standbys connected",
        }),
      );
    }
    expect(
      await source.judge("synchronous-replication", { admin: source.as("plain", "right") }),
    ).toMatchObject({
      outcome: "skipped",
      message: "this user cannot see which standbys are synchronous",
    });
    await set("somebody_else");
    await until("fail");
    await set("");
    await until("pass");
  });
});

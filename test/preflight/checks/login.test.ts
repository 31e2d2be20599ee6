import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("login", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({
      major,
      hba: [
        "host all outsider 0.0.0.0/1 scram-sha-256",
        "host all outsider all reject",
        "host all all all scram-sha-256",
      ],
    });
    await source.run(
      "CREATE ROLE ardent LOGIN PASSWORD 'right'",
      "CREATE ROLE outsider LOGIN PASSWORD 'right'",
    );
  });
  afterAll(() => source.stop());

  it("passes when the role gets in with its password", async () => {
    expect(await source.judge("login", { role: source.as("ardent", "right") })).toMatchObject({
      outcome: "pass",
      message: "ardent",
    });
  });

  it("fails when the role's password is wrong", async () => {
    const { port } = source.admin;
    expect(await source.judge("login", { role: source.as("ardent", "wrong") })).toMatchObject({
      outcome: "fail",
      message: 'password authentication failed for role "ardent"',
      findings: [{ object: "role ardent", where: `127.0.0.1:${port}` }],
    });
  });

  it("fails when the admin's password is wrong; checks that need the admin wait for that", async () => {
    const report = await source.preflight({ admin: source.as("postgres", "wrong") });
    expect(report.checks.find(({ id }) => id === "login")).toMatchObject({
      outcome: "fail",
      message: 'password authentication failed for role "postgres"',
    });
    expect(report.checks.find(({ id }) => id === "wal-level")).toMatchObject({
      outcome: "skipped",
      message: "needs login",
    });
  });

  it("fails when there is no such database", async () => {
    const admin = { ...source.admin, database: "nowhere" };
    expect(await source.judge("login", { admin })).toMatchObject({
      outcome: "fail",
      message: 'the server has no database "nowhere"',
    });
  });

  it("says what became of a database that was deployed: renamed, dropped, or the server is another one", async () => {
    const of = async (request: object) => {
      const admin = { ...source.admin, database: "was" };
      const { host, port } = admin;
      const asked = { source: { host, port, database: "was" }, ...request };
      return source.judge("login", { admin, request: asked });
    };
    const other = { systemIdentifier: "7", timeline: 1, major: 99 };
    const { source: found } = await source.preflight();
    const recordedServer = found.cluster;
    expect(await of({})).toMatchObject({ message: 'the server has no database "was"' });
    expect(await of({ recordedServer })).toMatchObject({
      outcome: "fail",
      message: 'the server has no database "was" any more',
      fix: { text: expect.stringContaining("`pulumi destroy --refresh`") },
    });
    expect(await of({ recordedServer: other })).toMatchObject({
      message: expect.stringContaining('has no database "was": this is a different cluster than before'),
      fix: { text: expect.stringMatching(/^If the address is wrong, correct it\. .*`pulumi up --refresh`$/) },
    });
    await source.run("SELECT pg_create_logical_replication_slot('pgstream_was_slot', 'wal2json')");
    expect(await of({ recordedServer })).toMatchObject({
      message: 'the server has no database "was" any more: it was renamed to "postgres"',
      fix: { text: expect.stringContaining("rename it back") },
    });
    await source.run("SELECT pg_drop_replication_slot('pgstream_was_slot')");
  });

  it("fails for a database that accepts no connections, and for one whose DROP DATABASE was interrupted", async () => {
    await source.run(
      "CREATE DATABASE closed ALLOW_CONNECTIONS false",
      "CREATE DATABASE invalid",
      "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'invalid'",
    );
    // Minor releases before August 2023 know of no invalid databases.
    for (const database of ["closed", "invalid"]) {
      const admin = { ...source.admin, database };
      expect(await source.judge("login", { admin })).toMatchObject({
        outcome: "fail",
        message: `database "${database}" accepts no connections`,
        fix: { text: expect.stringContaining("ALLOW_CONNECTIONS true"), sql: [] },
      });
    }
  });

  it("is skipped while the role does not exist, or its password is not known here", async () => {
    const role = source.as("nobody", "x");
    expect(await source.judge("login", { role, request: { role: "nobody" } })).toMatchObject({
      outcome: "skipped",
      message: "the role does not exist yet",
    });
    expect(await source.judge("login")).toMatchObject({
      outcome: "skipped",
      message: "the role's password is not known here",
    });
  });

  it("passes for a role that is rejected from this machine, but allowed from the egress IP", async () => {
    const how = { role: source.as("outsider", "right"), request: { role: "outsider" } };
    expect(await source.judge("login", how)).toMatchObject({ outcome: "fail" });
    expect(
      await source.judge("login", { ...how, request: { ...how.request, egressIp: "203.0.113.7" } }),
    ).toMatchObject({ outcome: "fail" });
    expect(
      await source.judge("login", { ...how, request: { ...how.request, egressIp: "8.8.8.8" } }),
    ).toMatchObject({ outcome: "pass", message: "not from this machine, but pg_hba.conf allows 8.8.8.8" });
  });
});

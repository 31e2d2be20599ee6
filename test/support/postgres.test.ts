import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAJORS, type PostgresServer, sharedPostgres, startPostgres } from "./postgres";

describe.each(MAJORS)("Postgres %i in a container", (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major, ready: true });
  });
  afterAll(() => server?.stop());

  it("is of that version", async () => {
    const [row] = await server.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
    expect(row).toEqual({ major });
  });

  it("creates a wal2json slot and drops it", async () => {
    await server.query("SELECT pg_create_logical_replication_slot('probe', 'wal2json')");
    expect(await server.query("SELECT slot_name, plugin FROM pg_replication_slots")).toEqual([
      { slot_name: "probe", plugin: "wal2json" },
    ]);
    await server.query("SELECT pg_drop_replication_slot('probe')");
    expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
  });

  it("proves its name and encrypts if the client trusts its CA", async () => {
    const client = new Client({ ...server.admin, host: "localhost", ssl: { ca: server.caCertificate } });
    await client.connect();
    const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });

  it("is not trusted by a client without its CA", async () => {
    const client = new Client({ ...server.admin, ssl: true });
    await expect(client.connect()).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  it("keeps port and data over a restart", async () => {
    const database = await server.createDatabase("kept");
    const before = await server.query("SELECT pg_postmaster_start_time() AS time");
    await server.restart();
    const after = await server.query("SELECT pg_postmaster_start_time() AS time", [], { database });
    expect(after[0]?.time.getTime()).toBeGreaterThan(before[0]?.time.getTime());
  });
});

describe("a server that is not made ready", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({
      major: 17,
      ready: false,
      settings: { application_name: "it's set" },
      hba: ["host postgres postgres all scram-sha-256"],
    });
  });
  afterAll(() => server?.stop());

  it("has initdb's settings and the given ones, which ALTER SYSTEM can override", async () => {
    const settings = await server.query(
      "SELECT name, setting, source FROM pg_settings WHERE name IN ('wal_level', 'application_name') ORDER BY name",
    );
    expect(settings).toEqual([
      { name: "application_name", setting: "it's set", source: "configuration file" },
      { name: "wal_level", setting: "replica", source: "default" },
    ]);
  });

  it("accepts only the users that pg_hba.conf names", async () => {
    await expect(server.query("SELECT 1", [], { database: "template1" })).rejects.toMatchObject({
      code: "28000",
    });
    expect(await server.exec(["psql", "-Atc", "SELECT 1", "template1"])).toBe("1\n");
  });

  it("writes a log that a test can read", async () => {
    await expect(server.query("SELECT 1 / 0")).rejects.toMatchObject({ code: "22012" });
    expect(await server.logs()).toContain("division by zero");
  });
});

describe("a shared server", () => {
  it("is the same for all users of that version", async () => {
    const [one, other] = await Promise.all([sharedPostgres(17), sharedPostgres(17)]);
    const database = await one.createDatabase("shared");
    expect(await other.query("SELECT current_database() AS name", [], { database })).toEqual([
      { name: database },
    ]);
  });
});

import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../../src/postgres/connection-settings";
import { gatherFacts } from "../../../src/preflight/facts/gather-facts";
import { runPreflight } from "../../../src/preflight/run";
import { MAJORS, type SharedPostgres, sharedPostgres, uniqueName } from "../../support/postgres";
import { requestFor } from "../request-for";
import { asked } from "../sample-facts";

const PASSWORD = "canary-77c1";

describe.each(MAJORS)("facts of a Postgres %i", (major) => {
  let postgres: SharedPostgres;
  let database: string;
  const role = uniqueName("ardent");

  beforeAll(async () => {
    postgres = await sharedPostgres(major);
    database = await postgres.createDatabase("facts");
    await postgres.query(
      `SET password_encryption = 'scram-sha-256'; CREATE ROLE "${role}" LOGIN REPLICATION PASSWORD '${PASSWORD}'`,
    );
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP ROLE "${role}"`);
  });

  const as = (user: string, password: string) =>
    connectionSettings({ host: postgres.host, port: postgres.port, database, user, password });
  const request = () =>
    requestFor({
      ...asked,
      source: { host: postgres.host, port: postgres.port, database },
      role,
      egressIp: "203.0.113.7",
      schemas: [{ name: "public", owners: [] }],
    });

  it("show that SELECT on pg_settings was revoked, and that the login works", async () => {
    const inspector = uniqueName("inspector");
    const { user, password } = postgres.admin;
    const session = { database, user, password };
    await postgres.query(
      `CREATE ROLE "${inspector}" LOGIN PASSWORD '${PASSWORD}'; REVOKE SELECT ON pg_settings FROM PUBLIC`,
      undefined,
      session,
    );
    try {
      const { connection, server, tables } = await gatherFacts({
        request: request(),
        admin: as(inspector, PASSWORD),
        probes: { slot: false, login: false },
      });
      expect(connection.admin).toMatchObject({ value: { outcome: "accepted", user: inspector } });
      expect(server).toMatchObject({ kind: "unknown", reason: expect.stringContaining("pg_settings") });
      expect(tables).toMatchObject({ kind: "read" });
    } finally {
      await postgres.query(
        `GRANT SELECT ON pg_settings TO PUBLIC; DROP ROLE "${inspector}"`,
        undefined,
        session,
      );
    }
  });

  it("are all read by a superuser, and the role logs in and tries a slot", async () => {
    const { user, password } = postgres.admin;
    const lines: string[] = [];
    const facts = await gatherFacts({
      request: request(),
      admin: as(user, password),
      role: as(role, PASSWORD),
      probes: { slot: true, login: true },
      onProgress: (line) => lines.push(line),
    });
    const { connection, service } = facts;
    for (const family of ["hba", "server", "role", "access", "tables", "artifacts", "slotProbe"] as const)
      expect(facts[family]).toMatchObject({ kind: "read" });
    expect(connection).toMatchObject({
      ipv4: { value: { addresses: ["127.0.0.1"], ipv6: false } },
      tcp: { value: { address: "127.0.0.1", port: postgres.port, usedByRunner: true } },
      tls: { value: { offered: true } },
      admin: { value: { outcome: "accepted", user, direct: true } },
      role: { value: { outcome: "accepted", user: role, direct: true } },
      walsender: { value: { outcome: "accepted", user: role, direct: true } },
    });
    expect(facts.slotProbe).toEqual({ kind: "read", value: { outcome: "created", user: role } });
    const [first] = facts.hba.kind === "read" ? facts.hba.value.rules : [];
    expect(first).toMatchObject({ type: "local", where: expect.stringMatching(/pg_hba\.conf:\d+$/) });
    expect(service.kind).toBe("skipped");
    expect(lines).toEqual([
      "connecting to 127.0.0.1",
      "reading the catalog",
      "trying the role's login",
      "creating a temporary slot",
    ]);
    for (const secret of [PASSWORD, password]) expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it("are read as far as the role is allowed; the others are skipped with the reason", async () => {
    const own = as(role, PASSWORD);
    const report = await runPreflight({
      request: request(),
      admin: own,
      role: own,
      probes: { slot: true, login: true },
    });
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toMatchObject({
      login: "pass",
      "server-version": "pass",
      "hba-sql": "skipped",
      "wal-level": "pass",
      "output-plugin-allowed": "pass",
      wal2json: "pass",
    });
    expect(report.summary.unknown).toBe(0);
  });
});

describe("gathering facts", () => {
  it("returns unknown for everything if the server is not Postgres", async () => {
    const rude = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
    const address = rude.address();
    const source = { host: "127.0.0.1", port: (address as { port: number }).port, database: "shop" };
    const facts = await gatherFacts({
      request: requestFor({ ...asked, source }),
      admin: connectionSettings({ ...source, user: "admin", password: PASSWORD }),
      probes: { slot: true, login: true },
    });
    expect(facts.connection.tcp).toMatchObject({ kind: "read", value: { port: source.port } });
    expect(facts.connection.tls).toEqual({
      kind: "unknown",
      reason: `the TLS request to 127.0.0.1:${source.port} failed: what listens there is not a Postgres server`,
      needs: "login",
    });
    expect(facts.connection.admin).toEqual({
      kind: "unknown",
      reason: `127.0.0.1:${source.port}: what listens there is not a Postgres server, or closed the connection; check host and port, and the server's log`,
    });
    expect(facts.server).toEqual({
      kind: "unknown",
      reason: "needs login, which is unknown",
      needs: "login",
    });
    await new Promise((resolve) => rude.close(resolve));
  });

  it("stops when it is aborted", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const source = { host: "127.0.0.1", port: (address as { port: number }).port, database: "shop" };
    const controller = new AbortController();
    silent.once("connection", () => controller.abort(new Error("enough")));
    await expect(
      gatherFacts({
        request: requestFor({ ...asked, source }),
        admin: connectionSettings({ ...source, user: "admin", password: PASSWORD }),
        probes: { slot: true, login: true },
        signal: controller.signal,
      }),
    ).rejects.toThrow("enough");
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("needs no login to check the network", async () => {
    const facts = await gatherFacts({
      request: requestFor({ ...asked, source: { host: "::1", port: 5432, database: "shop" } }),
      probes: { slot: true, login: true },
    });
    expect(facts.connection.ipv4).toEqual({ kind: "read", value: { addresses: [], ipv6: true } });
    expect(facts.connection.admin).toEqual({ kind: "skipped", reason: "no login was given" });
    expect(facts.server).toEqual({ kind: "skipped", reason: "no login was given" });
  });
});

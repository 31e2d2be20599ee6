import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatherOptions } from "../../src/cli/gather-options";
import { runPreflight } from "../../src/preflight/run";
import { MAJORS, type PostgresServer, startPostgres } from "../support/postgres";

const OPTIONS = { slotProbe: false, role: "ardent", egressIp: "203.0.113.7" };
const WITH_TLS = "hostssl all ardent 203.0.113.7/32 scram-sha-256";
const WITHOUT_TLS = "hostnossl all ardent 203.0.113.7/32 scram-sha-256";

/** The outcomes of the checks that depend on TLS, for who runs preflight on the database host. */
async function outcomes(url: string) {
  const { checks } = await runPreflight(await gatherOptions(url, OPTIONS));
  const outcomeOf = (id: string) => checks.find((check) => check.id === id)?.outcome;
  return { tls: outcomeOf("tls"), sql: outcomeOf("hba-sql"), replication: outcomeOf("hba-replication") };
}

describe.each(MAJORS)("preflight on the host of Postgres %i, where this runner needs no TLS", (major) => {
  const start = async (line: string) => {
    const server = await startPostgres({ major, hba: ["host all postgres all scram-sha-256", line] });
    await server.query("CREATE ROLE ardent LOGIN SUPERUSER PASSWORD 'right'");
    return server;
  };
  let encrypted: PostgresServer;
  let plain: PostgresServer;
  beforeAll(async () => {
    [encrypted, plain] = await Promise.all([start(WITH_TLS), start(WITHOUT_TLS)]);
  });
  afterAll(async () => {
    await Promise.all([encrypted?.stop(), plain?.stop()]);
  });

  it("passes with the lines of Ardent's guide, because Ardent uses TLS", async () => {
    const ready = { tls: "pass", sql: "pass", replication: "pass" };
    expect(await outcomes(encrypted.url())).toEqual(ready);
    expect(await outcomes(`${encrypted.url()}?sslmode=disable`)).toEqual(ready);
  });

  it("fails with lines for sessions without TLS only", async () => {
    expect(await outcomes(plain.url())).toEqual({ tls: "pass", sql: "fail", replication: "fail" });
  });

  it("fails where the server offers no TLS", async () => {
    await encrypted.query("ALTER SYSTEM SET ssl = off");
    await encrypted.restart();
    expect(await outcomes(encrypted.url())).toEqual({ tls: "fail", sql: "fail", replication: "fail" });
  });
});

describe("preflight of another machine, over a confirmed plain-text connection", () => {
  it("assumes the same for Ardent's connection", async () => {
    const url = "postgres://postgres:x@db.example.com/shop?sslmode=disable";
    const { request } = await gatherOptions(url, { ...OPTIONS, allowCleartext: true });
    expect(request).toMatchObject({ tls: false, cleartextHosts: ["db.example.com"] });
  });
});

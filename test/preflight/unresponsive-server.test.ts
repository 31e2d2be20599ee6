import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, describe, type ExpectStatic, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { openSession } from "../../src/postgres/session";
import type { PreflightReport } from "../../src/preflight/report";
import { runPreflight } from "../../src/preflight/run";
import { type PostgresServer, startPostgres } from "../support/postgres";
import { requestFor } from "./request-for";

const LATE = "127.0.0.1:PORT: the connection timed out; check that firewalls";

describe.concurrent("preflight of a server that stops answering", () => {
  it.for([
    [
      "before the login",
      "connecting to",
      { "tcp-reachable": "pass", login: `unknown: ${LATE}`, "wal-level": "unknown: needs login" },
    ],
    [
      "in the catalog",
      "reading the catalog",
      {
        "tcp-reachable": "pass",
        "hba-sql": "unknown: the server has not answered for 4000 ms",
        "wal-level": "unknown: the server has not answered for 4000 ms",
        "replica-identity": "unknown: the server has not answered for 4000 ms",
      },
    ],
    [
      "before the role's login",
      "trying the role's login",
      { "wal-level": "pass", "role-exists": "pass", login: `unknown: ${LATE}`, wal2json: "pass" },
    ],
    [
      "before the slot is made",
      "creating a temporary slot",
      { login: "pass", "wal-level": "pass", wal2json: "pass" },
    ],
  ] as const)(
    "ends %s, says what it could not ask, and keeps what it had",
    async ([, line, expected], { expect }) => {
      const postgres = await startPostgres({ major: 17 });
      const container = new Container(postgres);
      const seen = await preflight(postgres, {
        onProgress: (now) => {
          if (now.startsWith(line)) container.pause();
        },
      }).finally(container.unpause);
      expect(outcomes(seen, Object.keys(expected), postgres.port)).toEqual(
        Object.fromEntries(
          Object.entries(expected).map(([id, outcome]) => [id, expect.stringContaining(outcome)]),
        ),
      );
      await expectNothingLeft(postgres, expect);
      await postgres.stop();
    },
  );

  it("ends while its slot waits for a writer", async ({ expect }) => {
    const postgres = await startPostgres({ major: 17 });
    const container = new Container(postgres);
    const writer = await openSession(connectionSettings(postgres.admin), {
      applicationName: "writer",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
    });
    await writer.query("BEGIN");
    await writer.query("SELECT pg_current_xact_id()");
    const run = preflight(postgres, {});
    await expect
      .poll(() => postgres.query("SELECT FROM pg_replication_slots"), { timeout: 20_000 })
      .toHaveLength(1);
    container.pause();
    const seen = await run.finally(container.unpause);
    expect(outcomes(seen, ["login", "wal2json", "wal-level"], postgres.port)).toEqual({
      login: "pass",
      wal2json: "pass",
      "wal-level": "pass",
    });
    await expectNothingLeft(postgres, expect);
    await writer.close();
    await postgres.stop();
  });
});

describe.concurrent("preflight of something that is no Postgres", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** Accepts every login: AuthenticationOk, ReadyForQuery. */
  const WELCOME = "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
  const BABBLE = "babble".repeat(1_000);

  it.for([
    ["says nothing", "require", "", "the connection timed out"],
    ["says nothing once TLS is agreed on", "require", "S", "the connection timed out"],
    ["babbles at once", "require", BABBLE, "what listens there is not a Postgres server"],
    ["babbles instead of TLS", "require", `S${BABBLE}`, "what listens there is not a Postgres server"],
    ["babbles after the login", "disable", WELCOME + BABBLE, "the connection timed out"],
  ] as const)("ends when it %s", async ([, sslMode, answer, reason], { expect }) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.write(answer));
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const source = { host: "127.0.0.1", port: (server.address() as AddressInfo).port, database: "shop" };
    const report = await runPreflight({
      request: requestFor({ source, role: "u", connector: true, tls: true, decisions: {} }),
      admin: connectionSettings({ ...source, user: "u", password: "canary", sslMode }),
      probes: { slot: true, login: true },
    });
    expect(report.ok).toBe(false);
    expect(outcomes(report, ["tcp-reachable", "login"], source.port)).toEqual({
      "tcp-reachable": "pass",
      login: expect.stringContaining(`unknown: 127.0.0.1:PORT: ${reason}`),
    });
    expect(JSON.stringify(report)).not.toContain("canary");
  });
});

/** A role that is no reader looks after its own login. */
async function preflight(
  { host, port, admin, query }: PostgresServer,
  more: { onProgress?: (line: string) => void },
): Promise<PreflightReport> {
  await query("CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD 'right'");
  const source = { host, port, database: "postgres" };
  return runPreflight({
    request: requestFor({
      source,
      role: "ardent",
      connector: true,
      egressIp: "203.0.113.7",
      tls: false,
      decisions: {},
    }),
    admin: connectionSettings(admin),
    role: connectionSettings({ ...source, user: "ardent", password: "right" }),
    probes: { slot: true, login: true },
    statementTimeoutMs: 1_000,
    ...more,
  });
}

/** Each check's outcome, and its message where it does not pass. */
function outcomes({ checks }: PreflightReport, ids: readonly string[], port: number) {
  return Object.fromEntries(
    checks
      .filter(({ id }) => ids.includes(id))
      .map(({ id, outcome, message }) => [
        id,
        outcome === "pass" ? outcome : `${outcome}: ${message.replaceAll(String(port), "PORT")}`,
      ]),
  );
}

async function expectNothingLeft(postgres: PostgresServer, expect: ExpectStatic): Promise<void> {
  const left = () =>
    postgres.query(
      "SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'pulumi-ardent%' UNION ALL SELECT slot_name FROM pg_replication_slots",
    );
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
}

/** A container that can be frozen: it keeps its connections, and says nothing more. */
class Container {
  readonly #id: string;
  constructor({ port }: PostgresServer) {
    this.#id = docker("ps", "--quiet", `--filter=publish=${port}`);
  }
  readonly pause = () => {
    // While the kernel starts a process in there it may refuse to freeze the rest.
    for (let tries = 1; ; tries += 1) {
      try {
        return void docker("pause", this.#id);
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  };
  readonly unpause = () => void docker("unpause", this.#id);
}

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

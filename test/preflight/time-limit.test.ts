import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import type { PreflightReport } from "../../src/preflight/report";
import { runPreflight } from "../../src/preflight/run";
import {
  type FakePostgres,
  message,
  playPostgres,
  READY,
  type RunningPostgres,
} from "../support/fake-postgres";
import { requestFor } from "./request-for";

const LATE = "not read within 2 s, the limit for the whole preflight";

/** Each answer is an error that leaves the session as it is. */
const ERROR = Buffer.concat([message("E", "SERROR\0CXX000\0Mslow\0\0"), message("Z", "I")]);

describe("the limit of preflight as a whole", () => {
  const servers: RunningPostgres[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.stop();
  });

  const preflight = async (played: FakePostgres, signal?: AbortSignal) => {
    const server = await playPostgres(played);
    servers.push(server);
    const source = { host: "127.0.0.1", port: server.port, database: "shop" };
    const login = (user: string) =>
      connectionSettings({ ...source, user, password: "p", sslMode: "disable" });
    const report = await runPreflight({
      request: requestFor({
        source,
        role: "ardent",
        connector: true,
        tls: false,
        decisions: {},
        limitMs: 2_000,
      }),
      admin: login("admin"),
      role: login("ardent"),
      probes: { slot: true, login: true },
      ...(signal === undefined ? {} : { signal }),
    });
    return { report, server };
  };

  it("ends where each answer comes in time, and all of them together would not", async () => {
    let queries = 0;
    let answers = Promise.resolve();
    const { report, server } = await preflight({
      onQuery: (socket) => {
        queries += 1;
        // One after the other, as a server answers a pipeline; the first at once.
        const pause = queries === 1 ? 0 : 700;
        answers = answers.then(() => sleep(pause)).then(() => void socket.write(ERROR));
      },
    });
    expect(report.limitSeconds).toBe(2);
    expect(messages(report, "login")).toEqual({ login: `unknown: ${LATE}` });
    const said = Object.values(messages(report));
    expect(said).toContain('unknown: the server says "slow" (SQLSTATE XX000)');
    expect(said).toContain(`unknown: ${LATE}`);
    expect(server.cancelRequests()).toBeGreaterThan(0);
    await expect.poll(server.open).toBe(0);
  });

  it("ends in the middle of a login that takes its time", async () => {
    const { report } = await preflight({
      onStartup: (socket) => {
        const notices = setInterval(() => socket.write(message("N", "SNOTICE\0C00000\0Mwait\0\0")), 20);
        socket.once("close", () => clearInterval(notices));
      },
    });
    expect(messages(report, "tcp-reachable", "login", "wal-level")).toEqual({
      "tcp-reachable": "pass: ",
      login: `unknown: ${LATE}`,
      "wal-level": "unknown: needs login, which is unknown",
    });
  });

  it("ends in the middle of an answer that takes its time", async () => {
    const trickling = new WeakSet<Socket>();
    const { report } = await preflight({
      onQuery: (socket) => {
        // Once, for all queries of a pipeline.
        if (trickling.has(socket)) return;
        trickling.add(socket);
        const bytes = setInterval(() => socket.write(message("S", "a\0b\0")), 20);
        socket.once("close", () => clearInterval(bytes));
      },
    });
    expect(messages(report, "wal-level")).toEqual({ "wal-level": `unknown: ${LATE}` });
  });

  it("leaves the caller's own end as it is", async () => {
    const controller = new AbortController();
    const run = preflight(
      {
        onStartup: (socket) => {
          socket.write(READY);
          controller.abort(new Error("enough"));
        },
      },
      controller.signal,
    );
    await expect(run).rejects.toThrow("enough");
  });
});

function messages({ checks }: PreflightReport, ...ids: readonly string[]) {
  return Object.fromEntries(
    checks
      .filter(({ id }) => ids.length === 0 || ids.includes(id))
      .map(({ id, outcome, message }) => [id, outcome === "pass" ? "pass: " : `${outcome}: ${message}`]),
  );
}

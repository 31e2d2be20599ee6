import { type ConnectionSettings, connectionSettings } from "../../src/postgres/connection-settings";
import { openSession } from "../../src/postgres/session";
import type { GatherOptions } from "../../src/preflight/gather-facts";
import type { CheckResult, PreflightReport } from "../../src/preflight/report";
import type { PreflightRequest } from "../../src/preflight/request";
import { runPreflight } from "../../src/preflight/run";
import { type PostgresServer, type StartPostgresOptions, startPostgres } from "../support/postgres";

/** A server of a test's own that preflight is run against. */
export interface Source extends Pick<PostgresServer, "exec" | "restart" | "stop"> {
  /** The superuser's login. TLS off, as is usual on loopback. */
  readonly admin: ConnectionSettings;
  /** Another user's login. */
  readonly as: (user: string, password: string) => ConnectionSettings;
  /** Runs statements one by one, in one session of the superuser. */
  readonly run: (...statements: readonly string[]) => Promise<void>;
  readonly preflight: (how?: How) => Promise<PreflightReport>;
  /** The result of one check. */
  readonly judge: (id: string, how?: How) => Promise<CheckResult>;
}

/** What is asked, where that differs from: role `ardent`, all schemas, TLS, no slot probe, read by the superuser. */
export interface How extends Partial<Omit<GatherOptions, "request">> {
  readonly request?: Partial<PreflightRequest>;
}

/** Starts a server of its own; version 17 unless asked otherwise. */
export async function startSource(options: Partial<StartPostgresOptions> = {}): Promise<Source> {
  const server = await startPostgres({ major: 17, ...options });
  const { host, port } = server;
  const as = (user: string, password: string) =>
    connectionSettings({ host, port, database: "postgres", user, password });
  const admin = as(server.admin.user, server.admin.password);

  const preflight = ({ request, ...how }: How = {}) =>
    runPreflight({
      request: {
        source: { host, port, database: "postgres" },
        role: "ardent",
        connector: true,
        schemas: undefined,
        tls: true,
        decisions: {},
        ...request,
      },
      admin,
      probes: { slot: false, login: true },
      ...how,
    });

  return {
    admin,
    as,
    run: async (...statements) => {
      const session = await openSession(admin, {
        applicationName: "test",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 30_000,
      });
      for (const statement of statements) await session.query(statement);
      await session.close();
    },
    preflight,
    judge: async (id, how) => {
      const result = (await preflight(how)).checks.find((check) => check.id === id);
      if (result === undefined) throw new Error(`no check is named ${id}`);
      return result;
    },
    exec: server.exec,
    restart: server.restart,
    stop: server.stop,
  };
}

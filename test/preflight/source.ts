import { type ConnectionSettings, connectionSettings } from "../../src/postgres/connection-settings";
import { evaluate } from "../../src/preflight/evaluate";
import type { Facts } from "../../src/preflight/facts/facts";
import { type GatherOptions, gatherFacts } from "../../src/preflight/facts/gather-facts";
import type { CheckResult, PreflightReport } from "../../src/preflight/report";
import { applicationSession } from "../support/application-session";
import { type PostgresServer, type StartPostgresOptions, startPostgres } from "../support/postgres";
import { noteExecuted, noteResult } from "./describe-check";
import { type Needed, neededFor } from "./needed-for";
import { type Asked, requestFor } from "./request-for";

/** A server of a test's own that preflight is run against. */
export interface Source extends Pick<PostgresServer, "exec" | "restart" | "stop"> {
  /** The superuser's login. TLS off, as is usual on loopback. */
  readonly admin: ConnectionSettings;
  /** Another user's login. */
  readonly as: (user: string, password: string) => ConnectionSettings;
  /** Runs statements one by one, in one session of the superuser. */
  readonly run: (...statements: readonly string[]) => Promise<void>;
  readonly preflight: (how?: How) => Promise<PreflightReport>;
  /** The result of one check; only what it needs is read. */
  readonly judge: (id: string, how?: How) => Promise<CheckResult>;
}

/** What is asked, where that differs from: role `ardent`, all schemas, TLS, no slot probe, read by the superuser. */
export interface How extends Partial<Omit<GatherOptions, "request">> {
  readonly request?: Partial<Asked>;
  /** Makes of the facts what the server would say at another time, or another server. */
  readonly amend?: (facts: Facts) => Facts;
}

/** Starts a server of its own; version 17 unless asked otherwise. */
export async function startSource(options: Partial<StartPostgresOptions> = {}): Promise<Source> {
  const server = await startPostgres({ major: 17, ...options });
  const { host, port, major } = server;
  const as = (user: string, password: string) =>
    connectionSettings({ host, port, database: "postgres", user, password });
  const admin = as(server.admin.user, server.admin.password);

  const report = async ({ request: asked, amend = (facts) => facts, ...how }: How = {}, needed?: Needed) => {
    const request = requestFor({
      source: { host, port, database: "postgres" },
      role: "ardent",
      connector: true,
      schemas: undefined,
      tls: true,
      decisions: {},
      ...asked,
    });
    const probes = { slot: false, login: true };
    const options: GatherOptions = { request, admin, probes, ...how, families: needed?.families };
    return evaluate(request, amend(await gatherFacts(options)), needed?.checks);
  };

  return {
    admin,
    as,
    run: async (...statements) => {
      const session = await applicationSession(admin, {
        applicationName: "test",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 30_000,
      });
      for (const statement of statements) {
        await session.query(statement);
        noteExecuted(statement);
      }
      await session.close();
    },
    preflight: async (how) => {
      const found = await report(how);
      for (const result of found.checks) noteResult(major, result);
      return found;
    },
    judge: async (id, how) => {
      // By the access the login is tried, and by the server the slot.
      const { checks } = await report(how, neededFor(id, ["access", "server"]));
      const result = checks.find((check) => check.id === id);
      if (result === undefined) throw new Error(`no check is named ${id}`);
      noteResult(major, result);
      return result;
    },
    exec: server.exec,
    restart: server.restart,
    stop: server.stop,
  };
}

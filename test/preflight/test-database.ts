import { LogicalReplicationService, Wal2JsonPlugin } from "pg-logical-replication";
import { type ConnectionSettings, connectionSettings } from "../../src/postgres/connection-settings";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import type { Session } from "../../src/postgres/session";
import { applicationSession } from "../support/application-session";
import { type Major, sharedPostgres, uniqueName } from "../support/postgres";

/** A database of its own on the server that the run shares, and the superuser's session in it. */
export interface TestDatabase {
  readonly name: string;
  readonly major: Major;
  readonly session: Session;
  /** Runs a script as the superuser. */
  run(script: string): Promise<void>;
  /** A login to it; the superuser's by default. */
  login(user?: string, password?: string): ConnectionSettings;
  /** Opens a session as another role; closed with the database. */
  sessionAs(user: string, password: string): Promise<Session>;
  /** A name that no other test's role has; dropped with the database. */
  role(prefix: string): string;
  /** Streams from a slot until it is stopped; resolves when the slot is active. */
  readSlot(slot: string): Promise<{ stop(): Promise<void> }>;
  /** Drops the database with its slots, then the roles. */
  drop(): Promise<void>;
}

/**
 * Makes a database.
 *
 * @param prefix - of its name
 * @param major - the server's version
 */
export async function testDatabase(prefix = "preflight", major: Major = 17): Promise<TestDatabase> {
  const { admin } = await sharedPostgres(major);
  const name = uniqueName(prefix);
  const roles: string[] = [];
  const sessions: Session[] = [];
  const login = (user = admin.user, password = admin.password, database = name) =>
    connectionSettings({ host: admin.host, port: admin.port, database, user, password });
  const open = async (settings: ConnectionSettings) => {
    const session = await applicationSession(settings, {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 30_000,
    });
    sessions.push(session);
    return session;
  };
  const maintenance = await open(login(admin.user, admin.password, admin.database));
  await maintenance.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
  const session = await open(login());
  return {
    name,
    major,
    session,
    run: async (script) => void (await session.query(script)),
    login,
    sessionAs: (user, password) => open(login(user, password)),
    role: (prefix) => {
      const role = uniqueName(prefix);
      roles.push(role);
      return role;
    },
    readSlot: async (slot) => {
      const service = new LogicalReplicationService({ ...admin, database: name });
      const started = new Promise<void>((resolve) => service.once("start", resolve));
      await Promise.race([started, service.subscribe(new Wal2JsonPlugin(), slot)]);
      const isActive = async () => {
        const [row] = await maintenance.query<{ active: boolean }>(
          "SELECT active FROM pg_replication_slots WHERE slot_name = $1",
          [slot],
        );
        return row?.active;
      };
      return {
        stop: async () => {
          await service.destroy();
          // The server lets go of the slot a moment after the connection has ended.
          while (await isActive());
        },
      };
    },
    drop: async () => {
      await session.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database() AND NOT temporary",
      );
      for (const other of sessions) if (other !== maintenance) await other.close();
      await maintenance.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
      for (const role of roles.toReversed())
        await maintenance.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`);
      await maintenance.close();
    },
  };
}

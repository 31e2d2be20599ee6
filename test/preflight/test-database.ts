import { randomBytes } from "node:crypto";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import { openSession, type Session } from "../../src/postgres/session";

/** A database of its own on a running server, and the admin's session in it. */
export interface TestDatabase {
  readonly name: string;
  readonly session: Session;
  /** Runs a script as the admin. */
  run(script: string): Promise<void>;
  /** Opens a session as another role; closed with the database. */
  sessionAs(user: string, password: string): Promise<Session>;
  /** A name that no other test's role has; dropped with the database. */
  role(prefix: string): string;
  drop(): Promise<void>;
}

const SERVER = { host: "127.0.0.1", port: 54871, user: "postgres", password: "x" };

/** Makes a database. */
export async function testDatabase(prefix = "preflight"): Promise<TestDatabase> {
  const suffix = randomBytes(4).toString("hex");
  const name = `${prefix}_${suffix}`;
  const roles: string[] = [];
  const sessions: Session[] = [];
  const open = async (database: string, user = SERVER.user, password = SERVER.password) => {
    const session = await openSession(
      connectionSettings({ host: SERVER.host, port: SERVER.port, database, user, password }),
      { applicationName: "test", connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 },
    );
    sessions.push(session);
    return session;
  };
  const maintenance = await open("postgres");
  await maintenance.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
  const session = await open(name);
  return {
    name,
    session,
    run: async (script) => void (await session.query(script)),
    sessionAs: (user, password) => open(name, user, password),
    role: (prefix) => {
      const role = `${prefix}_${suffix}`;
      roles.push(role);
      return role;
    },
    drop: async () => {
      for (const other of sessions) if (other !== maintenance) await other.close();
      await maintenance.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
      for (const role of roles.toReversed())
        await maintenance.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`);
      await maintenance.close();
    },
  };
}

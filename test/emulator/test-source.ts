import { connectionSettings } from "../../src/postgres/connection-settings";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import type { Session } from "../../src/postgres/session";
import { applicationSession } from "../support/application-session";
import { type Major, sharedPostgres, uniqueName } from "../support/postgres";

/** A database of its own with a role for Ardent, which is superuser as the runbook asks. */
export interface TestSource {
  readonly database: string;
  readonly role: string;
  readonly password: string;
  /** The admin's session in the database. */
  readonly admin: Session;
  /** Another session of the admin's, to be closed by the caller. */
  session(): Promise<Session>;
  /** What `connection_details` holds. */
  details(other?: { password?: string; database?: string }): { url: string };
  /** What Ardent made and left: slots of this database, event triggers and the pgstream schema. */
  artifacts(): Promise<string[]>;
  drop(): Promise<void>;
}

/** Whether the server of the sources has this database. */
export async function databaseExists(name: string): Promise<boolean> {
  const server = await sharedPostgres(17);
  return (await server.query("SELECT FROM pg_database WHERE datname = $1", [name])).length > 0;
}

/**
 * @param options.script - SQL that fills the database
 * @param options.database - its name, where that matters
 */
export async function createSource(
  options: { script?: string; database?: string; major?: Major } = {},
): Promise<TestSource> {
  const server = await sharedPostgres(options.major ?? 17);
  const { database = uniqueName("shop"), script = "" } = options;
  const role = uniqueName("ardent");
  const password = `canary/${uniqueName("x")}`;
  await server.query(`CREATE DATABASE ${quoteIdentifier(database)}`);
  await server.query(`CREATE ROLE ${role} LOGIN REPLICATION SUPERUSER PASSWORD '${password}'`);
  const session = () =>
    applicationSession(connectionSettings({ ...server.admin, database }), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 30_000,
    });
  const admin = await session();
  if (script !== "") await admin.query(script);
  return {
    database,
    role,
    password,
    admin,
    session,
    details: (other = {}) => ({
      url: `${server.url(other.database ?? database, role, other.password ?? password)}?sslmode=require`,
    }),
    artifacts: async () => {
      const rows = await server.query<{ name: string }>(
        `SELECT slot_name::text AS name FROM pg_replication_slots WHERE database = current_database()
         UNION ALL SELECT evtname FROM pg_event_trigger
         UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'pgstream' ORDER BY 1`,
        [],
        { database },
      );
      return rows.map((row) => row.name);
    },
    drop: async () => {
      await admin.close();
      await server.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1 AND NOT active",
        [database],
      );
      await server.query(`DROP DATABASE ${quoteIdentifier(database)} WITH (FORCE)`);
      await server.query(`DROP ROLE ${role}`);
    },
  };
}

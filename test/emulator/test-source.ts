import { randomBytes } from "node:crypto";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import { openSession, type Session } from "../../src/postgres/session";

const SERVER = { host: "127.0.0.1", port: 55439, user: "postgres", password: "adminpw" };

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
  details(more?: { password?: string; database?: string; port?: number }): { url: string };
  /** What Ardent made and left: slots of this database, event triggers and the pgstream schema. */
  artefacts(): Promise<string[]>;
  drop(): Promise<void>;
}

export async function createSource(
  name = `shop_${randomBytes(4).toString("hex")}`,
  script = "",
): Promise<TestSource> {
  const role = `ardent_${randomBytes(4).toString("hex")}`;
  const password = `canary/${randomBytes(8).toString("hex")}`;
  const maintenance = await open("postgres");
  await maintenance.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
  await maintenance.query(`CREATE ROLE ${role} LOGIN REPLICATION SUPERUSER PASSWORD '${password}'`);
  const admin = await open(name);
  if (script !== "") await admin.query(script);
  return {
    database: name,
    role,
    password,
    admin,
    session: () => open(name),
    details: (more = {}) => {
      const userinfo = `${role}:${encodeURIComponent(more.password ?? password)}`;
      const path = encodeURIComponent(more.database ?? name);
      return { url: `postgresql://${userinfo}@${SERVER.host}:${more.port ?? SERVER.port}/${path}` };
    },
    artefacts: async () => {
      const rows = await admin.query<{ name: string }>(
        `SELECT slot_name::text AS name FROM pg_replication_slots WHERE database = current_database()
         UNION ALL SELECT evtname FROM pg_event_trigger
         UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'pgstream' ORDER BY 1`,
      );
      return rows.map((row) => row.name);
    },
    drop: async () => {
      await admin.query(
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = current_database()",
      );
      await maintenance.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1",
        [name],
      );
      await admin.close();
      await maintenance.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
      await maintenance.query(`DROP ROLE ${role}`);
      await maintenance.close();
    },
  };
}

function open(database: string): Promise<Session> {
  return openSession(connectionSettings({ ...SERVER, database }), {
    applicationName: "test",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 30_000,
  });
}

import { setTimeout as delay } from "node:timers/promises";
import { discoveredTables } from "../../../src/ardent/replica-identity";
import { decisionsFor } from "../../../src/dynamic/replication/replica-identity-decisions";
import { isFollowed } from "../../../src/emulator/model/selection";
import {
  createEventTriggers,
  createSchema,
  createSlot,
  slotNameOf,
} from "../../../src/emulator/source/artifacts";
import type { Change } from "../../../src/emulator/source/changes";
import { type DiscoveredTable, describeTables, discoverTables } from "../../../src/emulator/source/discovery";
import { explain } from "../../../src/emulator/source/session";
import { Stream } from "../../../src/emulator/source/streaming";
import type { ConnectionSettings } from "../../../src/postgres/connection-settings";
import { qualifiedName, quoteIdentifier, quoteLiteral } from "../../../src/postgres/identifiers";
import type { Session } from "../../../src/postgres/session";
import type { ReplicaIdentityDecision } from "../../../src/replica-identity-decision";
import { applicationSession } from "../../support/application-session";
import { changeEveryTable, createAsOwners, missingChanges } from "./changes";

/** A source, and who works on it. */
export interface Operation {
  /** The role's login, with which the engine does its work. */
  readonly role: ConnectionSettings;
  /** The superuser's session in the database: the application, and event triggers where the role is no superuser. */
  readonly admin: Session;
  /** Whether the role makes the event triggers itself, as Ardent's engine does. */
  readonly connector: boolean;
  /** What the program decides about tables without a replica identity; undefined leaves no table out. */
  readonly decisions: Readonly<Record<string, ReplicaIdentityDecision>> | undefined;
  /** Runs pg_dump on the server's machine, as the engine does to read the schema. */
  readonly dump: (role: ConnectionSettings) => Promise<unknown>;
}

/** What the engine does with a source, one after the other. */
export type Stage =
  | "log in"
  | "create the schema"
  | "create the event triggers"
  | "create the slot"
  | "dump the schema"
  | "decide"
  | "read the tables"
  | "stream"
  | "receive the changes"
  | "read what owners created later";

/** What hangs for longer does not work. */
const LIMIT_MS = 30_000;

/**
 * Does to a source what Ardent's engine does to one, with the role's own sessions as they are: no setting of theirs is
 * overruled.
 *
 * @returns the stage that failed and why; undefined where all of it worked
 */
export async function replicate(operation: Operation): Promise<string | undefined> {
  const { admin, role, connector } = operation;
  const slot = slotNameOf(role.database);
  const received: Change[] = [];
  const news = new EventTarget();
  const tell = () => news.dispatchEvent(new Event("news"));
  let lost: string | undefined;
  const stream = new Stream(
    slot,
    (changes) => {
      received.push(...changes);
      tell();
    },
    (error) => {
      lost = error;
      tell();
    },
  );
  let stage: Stage = "log in";
  const sessions: Session[] = [];
  const open = async () => {
    const session = await applicationSession(role, { statementTimeoutMs: 0 });
    sessions.push(session);
    return session;
  };
  const work = async () => {
    const own = await open();
    stage = "create the schema";
    await own.query("CREATE SCHEMA of_the_role");
    await own.query("CREATE TABLE of_the_role.migrations (version bigint PRIMARY KEY)");
    await own.query("DROP SCHEMA of_the_role CASCADE");
    const creator = connector ? own : admin;
    await createSchema(creator);
    stage = "create the event triggers";
    await createEventTriggers(creator);
    stage = "create the slot";
    await createSlot(own, slot);
    stage = "dump the schema";
    await operation.dump(role);
    const discovered = await discoverTables(own);
    stage = "decide";
    const tables = followedTables(discovered, operation.decisions);
    stage = "read the tables";
    const exporter = await open();
    await readEveryTable(exporter, own, admin, tables);
    await exporter.close();
    stage = "stream";
    await stream.start(role);
    const written = await changeEveryTable(admin, tables);
    const later = await createAsOwners(admin);
    const isOver = () => received.some(({ columns }) => columns.over === true);
    await admin.query(`SELECT pg_catalog.pg_logical_emit_message(true, 'pgstream.ddl', '{"over": true}')`);
    while (!isOver()) {
      if (lost !== undefined) throw new Error(lost);
      await new Promise((resolve) => news.addEventListener("news", resolve, { once: true }));
    }
    stage = "receive the changes";
    const missing = await missingChanges(admin, tables, written, later, received);
    if (missing.length > 0) throw new Error(missing.join("; "));
    stage = "read what owners created later";
    for (const table of later) await own.query(`SELECT * FROM ${table}`);
  };
  const limit = new AbortController();
  try {
    await Promise.race([
      work(),
      delay(LIMIT_MS, undefined, { signal: limit.signal }).then(() => {
        throw new Error(`not done after ${LIMIT_MS} ms`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return `${stage}: ${explain(error)}`;
  } finally {
    limit.abort();
    await stream.stop();
    await admin.query(
      "SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = $1",
      [role.user],
    );
    for (const session of sessions) await session.close();
  }
}

/** The discovered tables that are replicated after the decisions, as our resource sends them to the service. */
function followedTables(
  discovered: readonly DiscoveredTable[],
  decisions: Operation["decisions"],
): readonly DiscoveredTable[] {
  if (decisions === undefined) return discovered;
  const tables = discoveredTables({ result: describeTables(discovered) });
  const { told } = decisionsFor(tables?.withoutIdentity, ["*"], decisions, tables?.all);
  return discovered.filter(({ path }) => isFollowed(path, ["*"], told));
}

/** Reads as the engine does: page by page, and each table for itself. The rows have to be all that there are. */
async function readEveryTable(
  exporter: Session,
  own: Session,
  admin: Session,
  tables: readonly DiscoveredTable[],
): Promise<void> {
  await exporter.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  const [exported] = await exporter.query<{ id: string }>("SELECT pg_catalog.pg_export_snapshot() AS id");
  await own.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  await own.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(exported?.id ?? "")}`);
  // The copy of a real source takes time, in which the exporting transaction is idle.
  await admin.query("SELECT pg_catalog.pg_sleep(0.02)");
  for (const { schema, name, path } of tables) {
    const table = qualifiedName(schema, name);
    const rows = await own.query(`SELECT * FROM ONLY ${table} WHERE ctid BETWEEN '(0,0)' AND '(1000,0)'`);
    const [all] = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM ONLY ${table}`);
    if (rows.length !== all?.count) throw new Error(`${path}: ${rows.length} of ${all?.count} rows`);
  }
  await own.query("COMMIT");
  await exporter.query("COMMIT");
  const sequences = await own.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'S' AND n.nspname !~ '^pg_'`,
  );
  for (const { schema, name } of sequences) {
    await own.query(`SELECT last_value FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  }
}

import { MAX_NAME_BYTES, quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";
import { explain, withReplicationSession, withSession } from "./session";
import type { Source } from "./source";

/** The bookkeeping schema, named as Ardent's pipeline names it. */
export const bookkeepingSchema = "pgstream";

const triggers = [
  {
    name: "pgstream_emit_ddl_command_end",
    event: "ddl_command_end",
    function: "emit_ddl_command_end",
    objects: "pg_event_trigger_ddl_commands()",
  },
  {
    name: "pgstream_emit_ddl_drop",
    event: "sql_drop",
    function: "emit_ddl_drop",
    objects: "pg_event_trigger_dropped_objects()",
  },
] as const;

/** The prefix of the logical messages with which the event triggers report DDL. */
export const ddlMessagePrefix = "pgstream.ddl";

/** The objects that engine setup creates on a source, in this order. */
export type ArtifactKind = "schema" | "event-triggers" | "slot";

/** Something of ours that is still on the source. */
export interface LeftOver {
  readonly kind: ArtifactKind;
  readonly object: string;
  readonly reason: string;
  /** Removes it by hand. */
  readonly sql: string;
}

/** The slot's name as the engine forms it: for some databases Postgres rejects it, and setup fails. */
export function slotNameOf(database: string): string {
  return `pgstream_${database.toLowerCase().replace(/[.-]/g, "_")}_slot`.slice(0, MAX_NAME_BYTES);
}

/** Creates the bookkeeping schema with the functions of the event triggers, or nothing. */
export async function createSchema(session: Session): Promise<void> {
  await inTransaction(session, [
    `CREATE SCHEMA ${bookkeepingSchema}`,
    ...triggers.map(
      (trigger) => `
      CREATE FUNCTION ${bookkeepingSchema}.${trigger.function}() RETURNS event_trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
      BEGIN
        PERFORM pg_logical_emit_message(true, '${ddlMessagePrefix}', json_build_object(
          'command', tg_tag,
          'objects', (SELECT json_agg(object_identity) FROM ${trigger.objects}))::text);
      END $function$`,
    ),
  ]);
}

/** Creates the event triggers, or none. Needs SUPERUSER. */
export async function createEventTriggers(session: Session): Promise<void> {
  await inTransaction(
    session,
    triggers.map(
      (trigger) =>
        `CREATE EVENT TRIGGER ${trigger.name} ON ${trigger.event} EXECUTE FUNCTION ${bookkeepingSchema}.${trigger.function}()`,
    ),
  );
}

/** Creates the permanent wal2json slot; it waits for writing transactions at most for the lock_timeout. */
export async function createSlot(session: Session, slot: string): Promise<void> {
  await session.query("SELECT pg_catalog.pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
}

/** What of ours, or of an earlier connector, is on the source: object names, none if it is clean. */
export async function findArtifacts(session: Session): Promise<string[]> {
  const rows = await session.query<{ object: string }>(
    `SELECT 'replication slot ' || slot_name AS object FROM pg_catalog.pg_replication_slots
      WHERE database = current_database() AND slot_name LIKE 'pgstream\\_%'
      UNION ALL
     SELECT 'event trigger ' || evtname FROM pg_catalog.pg_event_trigger WHERE evtname LIKE 'pgstream\\_%'
      UNION ALL
     SELECT 'schema ' || nspname FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [bookkeepingSchema],
  );
  return rows.map((row) => row.object);
}

/** Removes the created objects, each kind separately and in reverse order, and returns those that remain. */
export async function removeArtifacts(source: Source, made: ReadonlySet<ArtifactKind>): Promise<LeftOver[]> {
  const slot = slotNameOf(source.database);
  const removals: [ArtifactKind, string, readonly string[], () => Promise<void>][] = [
    [
      "slot",
      `replication slot ${slot}`,
      [`SELECT pg_drop_replication_slot(${quoteLiteral(slot)})`],
      () => dropSlot(source, slot),
    ],
    [
      "event-triggers",
      `event triggers ${triggers.map((trigger) => trigger.name).join(" and ")}`,
      triggerRemoval,
      () => withSession(source, (session) => inTransaction(session, triggerRemoval)),
    ],
    [
      "schema",
      `schema ${bookkeepingSchema}`,
      schemaRemoval,
      () => withSession(source, (session) => inTransaction(session, schemaRemoval)),
    ],
  ];
  const left: LeftOver[] = [];
  for (const [kind, object, sql, remove] of removals) {
    if (!made.has(kind)) continue;
    try {
      await remove();
    } catch (error) {
      left.push({ kind, object, reason: explain(error), sql: `${sql.join("; ")};` });
    }
  }
  return left;
}

const triggerRemoval = triggers.map((trigger) => `DROP EVENT TRIGGER IF EXISTS ${trigger.name}`);

// Without CASCADE, because objects of others in the schema must not be dropped.
const schemaRemoval = [
  ...triggers.map((trigger) => `DROP FUNCTION IF EXISTS ${bookkeepingSchema}.${trigger.function}()`),
  `DROP SCHEMA IF EXISTS ${bookkeepingSchema}`,
];

/** WAIT, because the server notices the end of our streaming session a moment later than we do. */
async function dropSlot(source: Source, slot: string): Promise<void> {
  await withReplicationSession(source, async (session) => {
    const found = await session.query(
      `SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE slot_name = ${quoteLiteral(slot)}`,
    );
    if (found.length > 0) await session.query(`DROP_REPLICATION_SLOT ${quoteIdentifier(slot)} WAIT`);
  });
}

async function inTransaction(session: Session, statements: readonly string[]): Promise<void> {
  await session.query("BEGIN");
  try {
    for (const statement of statements) await session.query(statement);
    await session.query("COMMIT");
  } catch (error) {
    // The session, and with it the transaction, may be lost: the first error is the one to report.
    await session.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

import type { Session } from "../../postgres/session";

/** An event trigger of an application that fires in Ardent's sessions. */
export interface DdlTrigger {
  readonly name: string;
  /** `ddl_command_start`, `ddl_command_end`, `sql_drop`, or from 17 on `login`. */
  readonly event: string;
  /** The function that it calls, with its schema, as Postgres quotes it. */
  readonly calls: string;
}

/** Reads the event triggers of this database that are not the engine's and of no extension. Every user can read this. */
export function readDdlTriggers(session: Session): Promise<DdlTrigger[]> {
  return session.query<DdlTrigger>(DDL_TRIGGERS);
}

// Fires in a session with default settings (O), or always (A). The tags are those of the engine's own DDL.
const DDL_TRIGGERS = `
SELECT t.evtname::text AS name, t.evtevent::text AS event, format('%I.%I', n.nspname, p.proname) AS calls
FROM pg_event_trigger t
JOIN pg_proc p ON p.oid = t.evtfoid
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE t.evtenabled IN ('O', 'A')
  AND t.evtevent IN ('ddl_command_start', 'ddl_command_end', 'sql_drop', 'login')
  AND (t.evttags IS NULL OR EXISTS (
    SELECT FROM unnest(t.evttags) AS tag WHERE tag ~ ' (SCHEMA|TABLE|INDEX|FUNCTION|TYPE|SEQUENCE|VIEW|TRIGGER)$'))
  AND n.nspname <> 'pgstream'
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.deptype = 'e' AND (d.classid, d.objid) IN (
      ('pg_event_trigger'::regclass, t.oid), ('pg_proc'::regclass, p.oid)))
ORDER BY 1`;

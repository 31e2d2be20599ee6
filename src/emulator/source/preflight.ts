import { randomBytes } from "node:crypto";
import type { Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { findArtifacts } from "./artifacts";
import { grantScriptText } from "./grant-script";
import { explain, reach, withReplicationSession, withSession } from "./session";
import type { Source } from "./source";

/** One result of the checklist; `passed` is null if an earlier failure prevented the check. */
interface CheckResult {
  readonly passed: boolean | null;
  readonly message: string;
}

/** PreflightReport of the document. */
export interface SourcePreflight extends Record<string, unknown> {
  readonly checks: Record<string, CheckResult>;
  readonly preflight_pass: boolean;
}

const minimum = 10;

const names = [
  "tcp_reachable",
  "auth",
  "replication_connection",
  "postgres_metadata",
  "is_writer",
  "wal_level",
  "replication_slots",
  "wal_senders",
  "event_triggers",
  "wal2json",
  "can_read_tables",
  "duplicate_source",
] as const;

type Checks = Record<(typeof names)[number], CheckResult>;

/**
 * Checks the runbook's requirements on a source, as its role. It writes nothing; the temporary slot that tests wal2json
 * is dropped with its session.
 *
 * @param asked - database and schemas for the grant script only, as the document says
 */
export async function preflight(
  source: Source,
  asked: { database?: string | null | undefined; schemas?: readonly string[] | null | undefined } = {},
): Promise<SourcePreflight> {
  const checks = Object.fromEntries(
    names.map((name) => [name, { passed: null, message: "not reached" }]),
  ) as Checks;
  const outcome = { metadata: null as Record<string, unknown> | null, script: null as string | null };
  const open = await judge(checks, "tcp_reachable", async () => {
    return pass(`${await reach(source)}:${source.port} answers`);
  });
  if (open) {
    await judge(checks, "auth", () =>
      withSession(source, async (session) => {
        await readServer(session, checks, outcome, source, asked);
        return pass(`logged in as ${source.user}`);
      }),
    );
    await judge(checks, "replication_connection", async () => {
      await withReplicationSession(source, (session) => session.query("IDENTIFY_SYSTEM"));
      return pass("a replication session was opened");
    });
  }
  if (checks.is_writer.passed && checks.wal_level.passed) {
    await judge(checks, "wal2json", () => tryWal2json(source));
  }
  const passed = Object.values(checks).every((check) => check.passed === true);
  return {
    checks,
    preflight_pass: passed,
    branching_prerequisites_pass: passed,
    grant_script: outcome.script,
    source_metadata: outcome.metadata,
    source_provider: checks.auth.passed ? "vanilla" : null,
  };
}

async function readServer(
  session: Session,
  checks: Checks,
  outcome: { metadata: Record<string, unknown> | null; script: string | null },
  source: Source,
  asked: Parameters<typeof preflight>[1] = {},
): Promise<void> {
  const facts = await readFacts(session);
  checks.postgres_metadata = state(
    facts.version >= 130_000,
    `Postgres ${facts.server_version} (13 or newer)`,
  );
  checks.is_writer = state(!facts.standby, facts.standby ? "is a read replica" : "is the writable primary");
  checks.wal_level = state(facts.wal_level === "logical", `actual: ${facts.wal_level}`);
  checks.replication_slots = state(
    facts.max_slots >= minimum && facts.slots < facts.max_slots,
    `${facts.slots}/${facts.max_slots} used, needed: ${minimum} and one free`,
  );
  checks.wal_senders = state(
    facts.max_senders >= minimum && facts.senders < facts.max_senders,
    `${facts.senders}/${facts.max_senders} used, needed: ${minimum} and one free`,
  );
  checks.event_triggers = state(
    facts.superuser,
    `${source.user} is ${facts.superuser ? "" : "not "}SUPERUSER`,
  );
  checks.can_read_tables = state(
    facts.unreadable.length === 0,
    facts.unreadable.length === 0
      ? "every table can be read"
      : `Missing SELECT on ${facts.unreadable.join(", ")}`,
  );
  const artifacts = await findArtifacts(session);
  checks.duplicate_source = state(
    artifacts.length === 0,
    artifacts.length === 0
      ? "not connected yet"
      : `${source.database} is already connected: ${artifacts.join(", ")}`,
  );
  outcome.metadata = {
    server_version: facts.server_version,
    server_version_num: facts.version,
    database: source.database,
    schemas: facts.schemas,
  };
  outcome.script = await grantScriptText(session, {
    role: source.user,
    database: asked.database ?? source.database,
    schemas: asked.schemas ?? facts.schemas,
  });
}

interface Facts {
  version: number;
  server_version: string;
  standby: boolean;
  wal_level: string;
  max_slots: number;
  slots: number;
  max_senders: number;
  senders: number;
  superuser: boolean;
  schemas: string[];
  unreadable: string[];
}

async function readFacts(session: Session): Promise<Facts> {
  const [facts] = await session.query<Facts>(`
    WITH application_schema AS (
      SELECT oid, nspname FROM pg_catalog.pg_namespace
       WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'pgstream')
    )
    SELECT current_setting('server_version_num')::int AS version,
           current_setting('server_version') AS server_version,
           pg_catalog.pg_is_in_recovery() AS standby,
           current_setting('wal_level') AS wal_level,
           current_setting('max_replication_slots')::int AS max_slots,
           (SELECT count(*)::int FROM pg_catalog.pg_replication_slots) AS slots,
           current_setting('max_wal_senders')::int AS max_senders,
           (SELECT count(*)::int FROM pg_catalog.pg_stat_replication) AS senders,
           (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS superuser,
           (SELECT coalesce(array_agg(nspname::text ORDER BY nspname), '{}') FROM application_schema) AS schemas,
           (SELECT coalesce(array_agg(s.nspname || '.' || c.relname ORDER BY s.nspname, c.relname), '{}')
              FROM pg_catalog.pg_class c JOIN application_schema s ON s.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p')
               AND NOT (has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
           ) AS unreadable`);
  if (facts === undefined) throw new Error("a SELECT without FROM returned no row");
  return facts;
}

/** Tests the plugin like the runbook, with a slot that cannot be left behind. */
async function tryWal2json(source: Source): Promise<CheckResult> {
  const slot = `ardent_probe_${randomBytes(6).toString("hex")}`;
  const limits = { lockTimeoutMs: 3_000, statementTimeoutMs: 10_000 };
  try {
    await withSession(
      source,
      (session) =>
        session.query("SELECT pg_catalog.pg_create_logical_replication_slot($1, 'wal2json', true)", [slot]),
      limits,
    );
    return pass("a temporary slot was created and dropped");
  } catch (error) {
    // A missing plugin is refused before the wait for writing transactions begins:
    // to have waited means that it is there.
    const code = sqlState(error);
    if (code === SqlState.lockNotAvailable || code === SqlState.queryCanceled) {
      return pass("the plugin is installed; the slot waited for a writing transaction");
    }
    throw error;
  }
}

async function judge(
  checks: Checks,
  name: keyof Checks,
  check: () => Promise<CheckResult>,
): Promise<boolean> {
  try {
    checks[name] = await check();
  } catch (error) {
    checks[name] = state(false, explain(error));
  }
  return checks[name].passed === true;
}

function pass(message: string): CheckResult {
  return state(true, message);
}

function state(passed: boolean, message: string): CheckResult {
  return { passed, message };
}

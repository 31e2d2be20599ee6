import { isIPv6 } from "node:net";
import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { withSession } from "./session";
import { type Source, SourceError } from "./source";

/** CREATE DATABASE itself waits five seconds for others to leave its template. */
const attempts = 2;

const copyLimits = { statementTimeoutMs: 60 * 60_000 };

/**
 * Copies a source's whole database into another one on the same server.
 *
 * @param comment - is stored with the copy, to explain it
 * @throws {SourceError} that names other sessions that stay connected to the source, because Postgres then cannot copy it
 */
export async function copyDatabase(
  source: Source,
  copy: string,
  comment: string,
  signal: AbortSignal,
): Promise<void> {
  await withSession(
    source,
    async (session) => {
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
          await session.query(
            `CREATE DATABASE ${quoteIdentifier(copy)} TEMPLATE ${quoteIdentifier(source.database)}`,
          );
          break;
        } catch (error) {
          if (sqlState(error) !== SqlState.objectInUse) throw error;
          if (attempt === attempts) throw await inUse(session, source.database);
        }
      }
      await session.query(`COMMENT ON DATABASE ${quoteIdentifier(copy)} IS ${quoteLiteral(comment)}`);
    },
    copyLimits,
  );
}

/** Removes a copy, if it exists, even if sessions are connected to it. */
export async function dropCopy(source: Source, copy: string): Promise<void> {
  await withSession(source, (session) => session.query(dropStatement(copy)));
}

/** What removes a copy. */
export function dropStatement(copy: string): string {
  return `DROP DATABASE IF EXISTS ${quoteIdentifier(copy)} WITH (FORCE)`;
}

/** How the source's role connects to a copy; holds its password. */
export function copyUrl(source: Source, copy: string): string {
  const password = source.password === undefined ? "" : `:${encodeURIComponent(source.password)}`;
  const host = isIPv6(source.host) ? `[${source.host}]` : source.host;
  return `postgresql://${encodeURIComponent(source.user)}${password}@${host}:${source.port}/${copy}?sslmode=${source.sslMode}`;
}

async function inUse(session: Session, database: string): Promise<SourceError> {
  const others = await session.query<{ who: string }>(
    `SELECT concat_ws(' as ', coalesce(nullif(application_name, ''), backend_type), usename)
              || CASE WHEN count(*) > 1 THEN ' (' || count(*) || ' times)' ELSE '' END AS who
       FROM pg_catalog.pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      GROUP BY application_name, backend_type, usename
      UNION ALL
     SELECT 'prepared transaction ' || gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
      ORDER BY who`,
  );
  const who = others.length === 0 ? "some that have ended since" : others.map((row) => row.who).join(", ");
  return new SourceError(
    `${database} cannot be copied while others are connected to it: ${who}. Close these connections and create the ` +
      "branch again: the emulator copies with CREATE DATABASE … TEMPLATE, which needs a database without connections. " +
      "Ardent's service does not need that",
  );
}

import { quoteIdentifier } from "../../../src/postgres/identifiers";
import type { Outcome } from "../../../src/preflight/check/check";
import type { ReplicaIdentityDecision } from "../../../src/replica-identity-decision";
import type { Major, PostgresServer, StartPostgresOptions } from "../../support/postgres";

/** A source that is not ready, and what the fix script makes of it. */
export interface BrokenSource {
  /** What is wrong with it. */
  readonly name: string;
  /** The release that it needs; by default the releases take turns. */
  readonly major?: Major;
  /** Given for what the whole server has: it gets one of its own, and is restarted where the script says so. */
  readonly server?: Partial<StartPostgresOptions>;
  /** What things are called where that matters. */
  readonly names?: Partial<Names>;
  /** Breaks a source that was ready: run by a superuser in its database, the names quoted. */
  readonly breaks: (names: Names) => string | readonly string[];
  /** What was decided about tables, by `schema.table`. */
  readonly decisions?: { readonly [table: string]: ReplicaIdentityDecision };
  /** The checks whose statements the script runs, until nothing is left to run. */
  readonly fixes: readonly string[];
  /** What neither the script nor a restart can fix. */
  readonly remains?: { readonly [check: string]: Outcome };
  /** The privileges that come with what the script creates. */
  readonly comesWith?: RegExp;
  /**
   * What the dump shows of the fixes beside privileges: lines that come (`+`) and go (`-`), of `<role>` and `<database>`.
   * Everything else must be the same.
   */
  readonly changes?: readonly string[];
}

/** What a source is made of. */
export interface Names {
  readonly database: string;
  /** Ardent's. */
  readonly role: string;
  /** The application's, which owns schema `app`. */
  readonly owner: string;
  /** Of another owner. */
  readonly other: string;
}

export const PASSWORD = "broken-7c21";

/** Makes a source that is ready, with what others have in it, and breaks it. */
export async function makeSource(server: PostgresServer, source: BrokenSource, names: Names): Promise<void> {
  const { database, role, owner, other } = quoted(names);
  await server.query(`CREATE ROLE ${role} LOGIN REPLICATION SUPERUSER PASSWORD '${PASSWORD}';
    CREATE ROLE ${owner}; CREATE ROLE ${other};`);
  await server.query(`CREATE DATABASE ${database}`);
  const at = { database: names.database };
  const audit = quoteIdentifier(`audit of ${names.other}`);
  await server.query(
    `GRANT CONNECT, CREATE ON DATABASE ${database} TO ${role};
     REVOKE CREATE ON SCHEMA public FROM PUBLIC;
     GRANT USAGE ON SCHEMA public TO ${role};
     CREATE SCHEMA app AUTHORIZATION ${owner};
     SET ROLE ${owner};
     CREATE TABLE app.orders (id serial PRIMARY KEY, item text);
     GRANT USAGE ON SCHEMA app TO ${role}, ${other};
     GRANT SELECT, UPDATE (item) ON app.orders TO ${other} WITH GRANT OPTION;
     GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${role};
     GRANT SELECT ON ALL SEQUENCES IN SCHEMA app TO ${role};
     ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ${role}, ${other};
     ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON SEQUENCES TO ${role};
     RESET ROLE;
     CREATE FUNCTION public.nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
     CREATE EVENT TRIGGER ${audit} ON sql_drop EXECUTE FUNCTION public.nothing();
     ALTER EVENT TRIGGER ${audit} DISABLE`,
    [],
    at,
  );
  for (const statements of [source.breaks(quoted(names))].flat())
    await untilReloaded(server, statements, () => server.query(statements, [], at));
}

/** Runs something, and waits until new sessions have the settings, where it has the server reload them. */
export async function untilReloaded(
  server: PostgresServer,
  script: string,
  run: () => Promise<unknown>,
): Promise<void> {
  const loaded = async () => {
    const [row] = await server.query<{ at: string }>("SELECT pg_conf_load_time()::text AS at");
    return row?.at;
  };
  const before = await loaded();
  await run();
  if (/^SELECT (pg_catalog\.)?pg_reload_conf\(\)/m.test(script)) while ((await loaded()) === before);
}

function quoted({ database, role, owner, other }: Names): Names {
  return {
    database: quoteIdentifier(database),
    role: quoteIdentifier(role),
    owner: quoteIdentifier(owner),
    other: quoteIdentifier(other),
  };
}

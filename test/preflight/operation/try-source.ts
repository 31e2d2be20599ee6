import { connectionSettings } from "../../../src/postgres/connection-settings";
import { evaluate } from "../../../src/preflight/evaluate";
import { gatherFacts } from "../../../src/preflight/facts/gather-facts";
import { applicationSession } from "../../support/application-session";
import { type PostgresServer, uniqueName } from "../../support/postgres";
import { requestFor } from "../request-for";
import { replicate } from "./replicate";
import { PLAIN, type TriedSource } from "./sources";

/** What was said of a source, and what came of it. */
export interface Tried {
  /** The checks for which it is not ready; none where it is. */
  readonly failing: readonly string[];
  /** Where and why the operation failed; undefined where all of it worked. */
  readonly failure: string | undefined;
}

/** Makes a source, has preflight judge it, replicates it, and removes it. */
export async function trySource(server: PostgresServer, source: TriedSource): Promise<Tried> {
  const { superuser = false, tables = PLAIN } = source;
  const { host, port } = server;
  const role = uniqueName("ardent");
  const owner = uniqueName("owner");
  const database = uniqueName("shop");
  const password = "right";
  await server.query(`CREATE DATABASE ${database} ${source.database ?? ""}`);
  await server.query(
    `CREATE ROLE ${role} LOGIN REPLICATION ${superuser ? "SUPERUSER" : ""} PASSWORD '${password}'`,
  );
  await server.query(`CREATE ROLE ${owner}`);
  const login = connectionSettings({ host, port, database, user: role, password });
  const admin = connectionSettings({ ...server.admin, database });
  const session = await applicationSession(admin);
  const holder = await applicationSession(admin);
  try {
    for (const statement of [
      `GRANT CREATE ON DATABASE ${database} TO ${owner}`,
      `SET ROLE ${owner}`,
      "CREATE SCHEMA app",
      tables,
      "RESET ROLE",
      INSERT_EVERYWHERE,
      grantsOf(role, owner, database),
      ...(source.afterwards?.({ role, owner, database }) ?? []),
    ])
      await session.query(statement);
    if (source.held !== undefined) await holder.query(source.held);

    const request = requestFor({
      source: { host, port, database },
      role,
      connector: superuser,
      tls: true,
      decisions: source.decisions ?? {},
    });
    const probes = { slot: true, login: true };
    const { ok, checks } = evaluate(request, await gatherFacts({ request, admin, role: login, probes }));
    const failing = checks.filter(
      ({ severity, outcome }) => severity === "error" && (outcome === "fail" || outcome === "unknown"),
    );
    if (ok !== (failing.length === 0)) throw new Error("the report is not what its checks are");
    const failure = await replicate({
      role: login,
      admin: session,
      connector: superuser,
      decisions: source.decisions,
      dump: () =>
        server.exec([
          ...["env", `PGPASSWORD=${password}`],
          ...["pg_dump", "--schema-only", "--exclude-schema=pgstream", "--file=/dev/null"],
          ...["--host=127.0.0.1", `--username=${role}`, database],
        ]),
    });
    return { failing: failing.map(({ id }) => id), failure };
  } finally {
    await holder.close();
    await session.close();
    await drop(server, database, [role, owner]);
  }
}

const INSERT_EVERYWHERE = `DO $$ DECLARE t regclass; BEGIN
  FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p' AND relnamespace > 16000 LOOP
    EXECUTE format('INSERT INTO %s DEFAULT VALUES', t);
  END LOOP; END $$`;

function grantsOf(role: string, owner: string, database: string): string {
  return `GRANT CONNECT, CREATE ON DATABASE ${database} TO ${role};
    DO $$ DECLARE s text; BEGIN
      FOR s IN SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname = 'public' OR oid > 16000 AND nspname !~ '^pg_' LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO ${role}', s);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %s TO ${role}', s);
        EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %s TO ${role}', s);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA %s GRANT SELECT ON TABLES TO ${role}', s);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA %s GRANT SELECT ON SEQUENCES TO ${role}', s);
      END LOOP; END $$`;
}

/** Drops the source once the server has let go of its slot. */
async function drop(server: PostgresServer, database: string, roles: readonly string[]): Promise<void> {
  while ((await server.query("SELECT FROM pg_replication_slots WHERE active")).length > 0);
  await server.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  await server.query(`ALTER DATABASE ${database} IS_TEMPLATE false`);
  await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
  for (const role of roles) await server.query(`DROP ROLE IF EXISTS ${role}`);
}

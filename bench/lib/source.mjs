import { availableParallelism } from "node:os";
import pg from "pg";

/** The role that is judged; its password is its name. */
export const ROLE = "ardent_bench";

/** Tables made in one transaction. */
const BATCH = 1_000;

/**
 * Makes a database with that many tables. Of each twenty, one has no key, and four are a partitioned table and its
 * partitions, which live in other schemas; the role reads nine tenths of them.
 *
 * @param {{ host: string, port: number, user: string, password: string }} admin - a superuser's login
 * @param {{ tables: number, schemas: number, owners: number }} size
 * @returns {Promise<string>} the database's name
 */
export async function generateSource(admin, { tables, schemas, owners }) {
  const database = `bench_${tables}`;
  await inDatabase({ ...admin, database: "postgres" }, async (client) => {
    await client.query(`CREATE DATABASE ${database}`);
    await client.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROLE}') THEN
        CREATE ROLE ${ROLE} LOGIN REPLICATION SUPERUSER PASSWORD '${ROLE}';
      END IF;
      FOR o IN 0..${owners - 1} LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner_' || o) THEN
          EXECUTE format('CREATE ROLE %I', 'owner_' || o);
        END IF;
      END LOOP;
    END $$`);
  });
  await inDatabase({ ...admin, database }, async (client) => {
    await client.query(schemasBlock(schemas, owners));
    await makeTables({ ...admin, database }, { tables, schemas, owners });
    // As autovacuum would have done on a server that has lived for a while.
    const { rows } = await client.query(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'",
    );
    for (const { name } of rows) await client.query(`VACUUM ANALYZE pg_catalog.${name}`);
  });
  return database;
}

/** One session for each processor: this is what takes long. */
async function makeTables(connection, { tables, schemas, owners }) {
  let next = 0;
  const work = async (client) => {
    while (next < tables) {
      const first = next;
      next += BATCH;
      const last = Math.min(next, tables) - 1;
      await client.query(tablesBlock({ first, last, schemas, owners }));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => inDatabase(connection, work)));
}

function schemasBlock(schemas, owners) {
  return `DO $$ BEGIN
    FOR o IN 0..${owners - 1} LOOP
      CONTINUE WHEN o % 10 = 9;
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON TABLES TO ${ROLE}', 'owner_' || o);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON SEQUENCES TO ${ROLE}', 'owner_' || o);
    END LOOP;
    FOR s IN 0..${schemas - 1} LOOP
      EXECUTE format('CREATE SCHEMA %I', 's' || s);
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${ROLE}', 's' || s);
    END LOOP;
    EXECUTE (SELECT string_agg(format('GRANT USAGE, CREATE ON SCHEMA %I TO PUBLIC', nspname), '; ')
             FROM pg_namespace WHERE nspname LIKE 's%' AND nspname ~ '^s[0-9]+$');
  END $$`;
}

/** An owner's tables are those of twenty in a row: a partition belongs to its parent's owner. */
function tablesBlock({ first, last, schemas, owners }) {
  return `DO $$
  DECLARE
    place text;
    parent text;
  BEGIN
    FOR i IN ${first}..${last} LOOP
      PERFORM set_config('role', 'owner_' || (i / 20 % ${owners}), true);
      place := format('%I.%I', 's' || i % ${schemas}, 'table_' || i);
      CASE
        WHEN i % 20 < 15 THEN
          EXECUTE format('CREATE TABLE %s (id bigint %s PRIMARY KEY, note text)', place,
                         CASE WHEN i % 10 = 0 THEN 'GENERATED ALWAYS AS IDENTITY' ELSE '' END);
        WHEN i % 20 = 15 THEN
          EXECUTE format('CREATE TABLE %s (id bigint, note text)', place);
        WHEN i % 20 = 16 THEN
          EXECUTE format('CREATE TABLE %s (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id)', place);
          parent := place;
        ELSE
          EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%s) TO (%s)', place, parent,
                         i % 20 * 1000, (i % 20 + 1) * 1000);
      END CASE;
    END LOOP;
  END $$`;
}

async function inDatabase(connection, work) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

import { DATA, inShop } from "./in-shop.mjs";

const GIB = 1024 ** 3;
const TEN_DAYS = 10 * 86_400;

/** What a server says of its writing that has been at work for ten days. */
const written = (wal, changes) => (facts) => ({
  ...facts,
  writes: {
    kind: "read",
    value: {
      wal: { bytes: wal, seconds: TEN_DAYS, since: "statistics" },
      database: { changes, seconds: TEN_DAYS },
    },
  },
});

const RELOAD = "SELECT pg_reload_conf()";

/** The sources of the examples about the server, by check. */
export const server = {
  "server-version": {
    statements: inShop(),
    amend: ({ server, ...facts }) => ({
      ...facts,
      server: { ...server, value: { ...server.value, version: { number: 120_022, text: "12.22" } } },
    }),
  },
  "writable-primary": {
    statements: inShop(),
    shell: `touch ${DATA}/standby.signal`,
    prepare: ({ server }) => server.restart(),
  },
  wal2json: {
    statements: inShop(),
    prepare: async ({ server }) => {
      await server.exec(["sh", "-c", 'rm "$(pg_config --pkglibdir)/wal2json.so"'], "root");
    },
  },
  "stream-formats": {
    statements: inShop(
      "ALTER ROLE ardent_replication SET bytea_output = 'escape'",
      "ALTER DATABASE shop SET datestyle = 'SQL, DMY'",
    ),
  },
  "failover-slots": {
    hba: ["local all all trust", "local replication all trust", "host all all all scram-sha-256"],
    statements: inShop("SELECT pg_create_logical_replication_slot('pgstream_shop_slot', 'wal2json')"),
    // Returns once the standby streams.
    shell: `pg_basebackup -D /tmp/standby -R && chmod 700 /tmp/standby &&
      pg_ctl -D /tmp/standby -l /tmp/standby.log -o "-p 5433 -c ssl=off -c cluster_name=second" -w start > /dev/null
      until psql -XtAc "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'" | grep -q 1; do sleep 0.2; done`,
  },
  "wal-level": { statements: inShop(), ready: false },
  "wal-senders": { statements: inShop(), settings: { max_wal_senders: "4" } },
  "replication-slots": { statements: inShop(), settings: { max_replication_slots: "4" } },
  "output-plugin-allowed": { statements: inShop(), ready: false },
  "slot-wal-keep-size": { statements: inShop(), settings: { max_slot_wal_keep_size: "0" } },
  "slot-idle-timeout": {
    major: 18,
    statements: inShop(),
    settings: { idle_replication_slot_timeout: "60s" },
  },
  "session-timeouts": { statements: inShop("ALTER DATABASE shop SET statement_timeout = '500ms'") },
  "lock-capacity": {
    statements: inShop(
      "DO $$ BEGIN FOR n IN 1..300 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', n); COMMIT; END LOOP; END $$",
    ),
    settings: { max_connections: "20", max_locks_per_transaction: "10" },
  },
  "connection-headroom": { statements: inShop(), settings: { max_connections: "15" } },
  "config-files": {
    statements: inShop(),
    shell: `echo 'hostssl shop ardent_replication 203.0.113.7/99 scram-sha-256' >> ${DATA}/pg_hba.conf
      echo "work_mem = 'much'" >> ${DATA}/postgresql.conf`,
  },
  "slot-name": {
    database: "shop.1",
    statements: [
      ["postgres", 'CREATE DATABASE "shop-1"'],
      ["postgres", 'CREATE DATABASE "shop.1"'],
      ["shop-1", "SELECT pg_create_logical_replication_slot('pgstream_shop_1_slot', 'wal2json')"],
    ],
  },
  plpgsql: { statements: inShop("DROP EXTENSION plpgsql") },
  "event-triggers": {
    statements: inShop(
      "CREATE ROLE app_writer; ALTER ROLE app_writer SET event_triggers = off",
      "CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE orders OWNER TO app_writer",
    ),
  },
  "other-event-triggers": {
    statements: inShop(
      "CREATE SCHEMA guards",
      "CREATE FUNCTION guards.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no DDL by hand'; END $$",
      "CREATE EVENT TRIGGER no_ddl ON ddl_command_start EXECUTE FUNCTION guards.refuse()",
    ),
  },
  "wal-budget": {
    statements: inShop("ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'", RELOAD),
    amend: written(200 * GIB, 1_000_000),
  },
  "idle-database": { statements: inShop(), amend: written(200 * GIB, 9) },
  "synchronous-replication": {
    statements: inShop("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (db2)'", RELOAD),
  },
  "database-encoding": {
    statements: [
      ["postgres", "CREATE DATABASE shop ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"],
    ],
  },
};

import { balanced } from "./balanced.mjs";

/** Statements in the database `shop`, which belongs to the superuser. */
const inShop = (...statements) => [
  ["postgres", "CREATE DATABASE shop"],
  ...statements.map((sql) => ["shop", sql]),
];

const DATA = "/var/lib/postgresql/data";
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

/**
 * The sources that the examples are printed from, by check: statements, a shell command on the server, the request where
 * it is not the usual one, or what a deployment grants. `amend` changes facts that a test server cannot have.
 */
export const scenarios = {
  "single-instance": { statements: inShop(), prepare: balanced },
  "hba-loaded": {
    statements: inShop(),
    // The time of a file has whole seconds.
    shell: `sleep 2; echo 'hostssl shop ardent_replication 203.0.113.7/32 scram-sha-256' >> ${DATA}/pg_hba.conf`,
  },
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
      [
        "postgres",
        "CREATE DATABASE shop ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
      ],
    ],
  },
  "current-user": {
    statements: inShop("CREATE ROLE app", "ALTER ROLE ardent_replication SET role = app"),
  },
  "role-superuser": { statements: inShop("ALTER ROLE ardent_replication NOSUPERUSER") },
  "duplicate-source": {
    statements: inShop(
      "CREATE SCHEMA pgstream",
      "CREATE FUNCTION pgstream.emit_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
      "CREATE EVENT TRIGGER pgstream_emit_ddl_drop ON sql_drop EXECUTE FUNCTION pgstream.emit_ddl()",
      "SELECT pg_create_logical_replication_slot('pgstream_shop_slot', 'wal2json')",
    ),
  },
  "admin-rights": {
    statements: inShop(
      "CREATE ROLE app_writer",
      "CREATE ROLE deployer LOGIN PASSWORD 'deployer-secret'",
      "GRANT CREATE ON SCHEMA public TO app_writer",
      "SET ROLE app_writer; CREATE TABLE accounts (id serial PRIMARY KEY); CREATE TABLE orders (id serial PRIMARY KEY)",
    ),
    user: ["deployer", "deployer-secret"],
    grants: {
      role: { name: "ardent_replication", create: false, superuser: false },
      databases: { shop: { public: ["app_writer"] } },
    },
  },
  "admin-search-path": {
    statements: [
      ["postgres", "CREATE ROLE app_writer"],
      ["postgres", "CREATE DATABASE shop OWNER app_writer"],
    ],
    request: { deployer: "postgres" },
  },
  "held-privileges": {
    statements: inShop(
      "CREATE ROLE reporting LOGIN",
      "CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY)",
      "GRANT INSERT, UPDATE ON items, orders TO reporting",
    ),
    grants: {
      role: { name: "reporting", create: false, superuser: false },
      databases: { shop: { public: [] } },
    },
  },
  "table-decisions": {
    statements: inShop(
      'CREATE SCHEMA a; CREATE SCHEMA "a.b"',
      'CREATE TABLE a."b.c" (id int); CREATE TABLE "a.b".c (id int); CREATE TABLE events (id int)',
    ),
    request: { decisions: { "a.b.c": "exclude", "public.events": "exclude" } },
  },
  "replica-identity": {
    statements: inShop(
      "CREATE TABLE orders (id int PRIMARY KEY)",
      "CREATE TABLE carts (id int NOT NULL UNIQUE)",
      "CREATE TABLE events (at timestamptz, what text)",
    ),
  },
  "unlogged-tables": { statements: inShop("CREATE UNLOGGED TABLE import_buffer (id int PRIMARY KEY)") },
  "column-types": {
    statements: inShop(
      "CREATE EXTENSION citext",
      "CREATE TABLE customers (id int PRIMARY KEY, email citext, balance money)",
    ),
  },
  "toast-columns": {
    statements: inShop(
      "CREATE TABLE documents (id int, body text); ALTER TABLE documents ALTER body SET STORAGE EXTERNAL",
      "ALTER TABLE documents REPLICA IDENTITY FULL",
      "INSERT INTO documents VALUES (1, repeat('x', 100000))",
      "VACUUM documents",
    ),
  },
  extensions: {
    statements: inShop(
      "CREATE EXTENSION hstore",
      "CREATE TABLE job (id int PRIMARY KEY); INSERT INTO job VALUES (1)",
      "ALTER EXTENSION hstore ADD TABLE job",
    ),
  },
  "ddl-not-replicated": {
    statements: inShop(
      "CREATE SCHEMA pgstream",
      "CREATE FUNCTION pgstream.emit_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
      "CREATE EVENT TRIGGER pgstream_emit_ddl_command_end ON ddl_command_end EXECUTE FUNCTION pgstream.emit_ddl()",
      "CREATE TABLE orders (id int PRIMARY KEY)",
      "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
      "CREATE TRIGGER audit BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION audit()",
    ),
  },
};

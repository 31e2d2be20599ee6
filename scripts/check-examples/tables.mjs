import { inShop } from "./in-shop.mjs";

/** The sources of the examples about tables, by check. */
export const tables = {
  "partition-identity": {
    statements: inShop(
      "CREATE TABLE log (at date, what text) PARTITION BY RANGE (at)",
      "CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      "ALTER TABLE log REPLICA IDENTITY FULL; ALTER TABLE log_2026 REPLICA IDENTITY FULL",
    ),
  },
  "not-replicated": {
    statements: inShop(
      "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
      "CREATE FOREIGN TABLE rates (day date, rate numeric) SERVER files OPTIONS (filename '/tmp/rates.csv')",
      "CREATE MATERIALIZED VIEW revenue_by_month AS SELECT 1 AS month",
      "SELECT lo_create(0) FROM generate_series(1, 12)",
    ),
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

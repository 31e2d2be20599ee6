import type { BrokenSource } from "./broken-source";

const LEFT_BY_PGSTREAM = `
  CREATE SCHEMA pgstream; CREATE TABLE pgstream.schema_log (id int PRIMARY KEY);
  CREATE FUNCTION pgstream.emit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE EVENT TRIGGER pgstream_emit_ddl_drop ON sql_drop EXECUTE FUNCTION pgstream.emit()`;

/** What is wrong with the database or the whole server. */
export const BROKEN_SERVERS: readonly BrokenSource[] = [
  {
    name: "what another connector has left, and the slots of others",
    names: { database: "left_over" },
    breaks: ({ role }) => [
      LEFT_BY_PGSTREAM,
      "SELECT pg_create_logical_replication_slot('pgstream_left_over_slot', 'wal2json')",
      "SELECT pg_create_logical_replication_slot('others', 'test_decoding')",
      "SELECT pg_create_physical_replication_slot('standby', true)",
      `REVOKE USAGE ON SCHEMA app FROM ${role}`,
    ],
    fixes: ["schema-usage"],
    remains: { "duplicate-source": "fail" },
  },
  {
    name: "event triggers of the application that are called like Ardent's",
    breaks: ({ role }) => `
      CREATE EVENT TRIGGER pgstream_emit_ddl_drop ON sql_drop EXECUTE FUNCTION public.nothing();
      CREATE EVENT TRIGGER "pgstream_Audit" ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.nothing();
      ALTER EVENT TRIGGER "pgstream_Audit" DISABLE; REVOKE USAGE ON SCHEMA app FROM ${role}`,
    fixes: ["schema-usage"],
    remains: { "duplicate-source": "fail", "other-event-triggers": "warn" },
  },
  {
    name: "roles in whose sessions no trigger fires",
    breaks: ({ owner, other, role, database }) => `
      ALTER ROLE ${owner} SET session_replication_role = replica;
      ALTER ROLE ${other} IN DATABASE ${database} SET session_replication_role = replica;
      ALTER DATABASE ${database} SET session_replication_role = replica; REVOKE SELECT ON app.orders FROM ${role}`,
    fixes: ["read-tables"],
    remains: { "event-triggers": "fail" },
  },
  {
    name: "a server as initdb leaves it",
    server: { ready: false },
    breaks: ({ role }) => `DROP OWNED BY ${role}; DROP ROLE ${role}`,
    fixes: [
      "role-exists",
      "wal-level",
      "database-create",
      "schema-usage",
      "read-tables",
      "read-sequences",
      "default-privileges",
    ],
    remains: { "role-password": "fail" },
    changes: [
      "+ CREATE ROLE <role>;",
      "+ ALTER ROLE <role> WITH SUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION NOBYPASSRLS;",
      "+ setting wal_level = logical",
    ],
  },
  {
    name: "limits that are too low, of which one is lost on a restart",
    server: {
      settings: { max_wal_senders: "1", max_replication_slots: "1", max_slot_wal_keep_size: "0" },
    },
    breaks: ({ role }) => `REVOKE SELECT ON app.orders FROM ${role}`,
    fixes: ["wal-senders", "replication-slots", "slot-wal-keep-size", "read-tables"],
    changes: [
      "+ setting max_replication_slots = 10",
      "+ setting max_slot_wal_keep_size = 10GB",
      "+ setting max_wal_senders = 10",
    ],
  },
  {
    name: "transactions on the server are read-only, and no trigger fires there",
    server: { settings: { session_replication_role: "replica" } },
    breaks: ({ role }) => [
      `REVOKE SELECT ON app.orders FROM ${role}`,
      "ALTER SYSTEM SET default_transaction_read_only = on",
      "SELECT pg_reload_conf()",
    ],
    fixes: ["writable-primary", "event-triggers", "read-tables"],
    changes: [
      "+ ALTER ROLE <role> IN DATABASE <database> SET default_transaction_read_only TO 'off';",
      "+ setting session_replication_role = origin",
    ],
  },
  {
    name: "event triggers are off",
    major: 17,
    server: { settings: { event_triggers: "off" } },
    breaks: () => "ALTER SYSTEM SET work_mem = '8MB'",
    fixes: ["event-triggers"],
    changes: ["+ setting event_triggers = on"],
  },
  {
    name: "settings that no statement may change",
    major: 18,
    server: { settings: { allow_alter_system: "off", max_wal_senders: "2" } },
    breaks: ({ role }) => `REVOKE SELECT ON app.orders FROM ${role}`,
    fixes: ["read-tables"],
    remains: { "wal-senders": "fail" },
  },
  {
    name: "slots are lost when they are idle for a minute",
    major: 18,
    server: { settings: { idle_replication_slot_timeout: "60s" } },
    breaks: () => "SELECT 1",
    fixes: [],
    remains: { "slot-idle-timeout": "warn" },
  },
  {
    name: "a settings file with which the server would not start again",
    server: { settings: { max_replication_slots: "3" } },
    breaks: ({ role }) => [
      `REVOKE SELECT ON app.orders FROM ${role}`,
      "COPY (SELECT 'work_mem = lots') TO PROGRAM 'cat >> \"$PGDATA/postgresql.conf\"'",
    ],
    fixes: ["read-tables", "replication-slots"],
    remains: { "config-files": "fail", "replication-slots": "fail" },
    changes: ["+ setting max_replication_slots = 10"],
  },
  {
    name: "commits wait for a standby that is not there",
    server: {},
    breaks: ({ role }) => [
      `REVOKE SELECT ON app.orders FROM ${role}`,
      "ALTER SYSTEM SET synchronous_standby_names = 'elsewhere'",
      "SELECT pg_reload_conf()",
    ],
    fixes: ["read-tables"],
    remains: { "synchronous-replication": "fail" },
  },
  {
    name: "another database that accepts no connections",
    breaks: ({ role, database }) => [
      "CREATE DATABASE closed ALLOW_CONNECTIONS false CONNECTION LIMIT 3",
      `REVOKE CREATE ON DATABASE ${database} FROM ${role}`,
    ],
    fixes: ["database-create"],
  },
];

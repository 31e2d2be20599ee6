import { keywords } from "../../postgres/sql-text";

/**
 * The settings that the checks need, in lower case as Postgres compares them: no other name gets into a statement.
 */
export const SETTING_NAMES = [
  "allow_alter_system",
  "bytea_output",
  "datestyle",
  "default_transaction_read_only",
  "event_triggers",
  "extra_float_digits",
  "idle_in_transaction_session_timeout",
  "idle_replication_slot_timeout",
  "idle_session_timeout",
  "intervalstyle",
  "lock_timeout",
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_replication_slots",
  "max_slot_wal_keep_size",
  "max_wal_senders",
  "output_plugin_libraries",
  "reserved_connections",
  "server_encoding",
  "session_replication_role",
  "ssl",
  "statement_timeout",
  "superuser_reserved_connections",
  "synchronous_commit",
  "synchronous_standby_names",
  "transaction_timeout",
  "wal_level",
  "wal_sender_timeout",
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** Settings that can turn off event triggers. */
export const TRIGGER_SETTING_NAMES = ["event_triggers", "session_replication_role"] as const;
export type TriggerSettingName = (typeof TRIGGER_SETTING_NAMES)[number];

/** Settings whose value in a session of the role can differ from the server's. */
export const SESSION_SETTING_NAMES = [
  "default_transaction_read_only",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
  "lock_timeout",
  "statement_timeout",
  "synchronous_commit",
  "transaction_timeout",
  "wal_sender_timeout",
] as const;
export type SessionSettingName = (typeof SESSION_SETTING_NAMES)[number];

/** A setting's name in SQL. */
export const SETTING_SQL = keywords(SETTING_NAMES);

import type { BrokenSource } from "./broken-source";

const GRANTED_TO_A_NEW_ROLE = [
  "database-create",
  "schema-usage",
  "read-tables",
  "read-sequences",
  "default-privileges",
];

const NEW_ROLE = [
  "+ CREATE ROLE <role>;",
  "+ ALTER ROLE <role> WITH SUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION NOBYPASSRLS;",
];

const MAY_WRITE = "+ ALTER ROLE <role> IN DATABASE <database> SET default_transaction_read_only TO 'off';";

/** What is wrong with the role, and with what it is given in a session. */
export const BROKEN_ROLES: readonly BrokenSource[] = [
  {
    name: "there is no role",
    breaks: ({ role }) => `DROP OWNED BY ${role}; DROP ROLE ${role}`,
    fixes: ["role-exists", ...GRANTED_TO_A_NEW_ROLE],
    // A password is nothing to write into a script.
    remains: { "role-password": "fail" },
    changes: NEW_ROLE,
  },
  {
    name: "there is no role, and names are awkward",
    names: {
      role: `Ardent's "role" \\ 日本`,
      database: `Shop "7" %s $1`,
      owner: "two  spaces ",
      other: "select",
    },
    breaks: ({ role }) => `DROP OWNED BY ${role}; DROP ROLE ${role}`,
    fixes: ["role-exists", ...GRANTED_TO_A_NEW_ROLE],
    remains: { "role-password": "fail", "slot-name": "fail" },
    changes: NEW_ROLE,
  },
  {
    name: "there is no role, and the database has no plpgsql",
    breaks: ({ role }) => [`DROP OWNED BY ${role}; DROP ROLE ${role}`, "DROP EXTENSION plpgsql CASCADE"],
    fixes: ["plpgsql", "role-exists", ...GRANTED_TO_A_NEW_ROLE],
    remains: { "role-password": "fail" },
    comesWith: / on (language|function) plpgsql/,
    changes: [
      ...NEW_ROLE,
      "+ CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;",
      "+ COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';",
    ],
  },
  {
    name: "the role may neither log in nor replicate, and its password has expired",
    breaks: ({ role }) => `ALTER ROLE ${role} NOLOGIN NOREPLICATION NOSUPERUSER VALID UNTIL '2001-02-03Z'`,
    fixes: ["role-login", "role-replication"],
    // More rights and a password that never expires need a decision.
    remains: { "role-superuser": "fail", "role-password": "fail" },
    changes: [
      "- ALTER ROLE <role> WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS VALID UNTIL '2001-02-03 00:00:00+00';",
      "+ ALTER ROLE <role> WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION NOBYPASSRLS VALID UNTIL '2001-02-03 00:00:00+00';",
    ],
  },
  {
    name: "a superuser without REPLICATION",
    breaks: ({ role }) => `ALTER ROLE ${role} NOREPLICATION`,
    fixes: ["role-replication"],
    changes: [
      "- ALTER ROLE <role> WITH SUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;",
      "+ ALTER ROLE <role> WITH SUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION NOBYPASSRLS;",
    ],
  },
  {
    name: "the role is allowed no connection, and row security holds for it",
    breaks: ({ role, owner, other }) => `
      ALTER ROLE ${role} NOSUPERUSER CONNECTION LIMIT 0; ALTER ROLE ${other} CONNECTION LIMIT 0;
      SET ROLE ${owner}; ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY mine ON app.orders USING (item = current_user)`,
    fixes: ["role-login", "row-security"],
    remains: { "role-superuser": "fail" },
    changes: [
      "- ALTER ROLE <role> WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION NOBYPASSRLS CONNECTION LIMIT 0;",
      "+ ALTER ROLE <role> WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN REPLICATION BYPASSRLS;",
    ],
  },
  {
    name: "the role's sessions run as the application's, find no schema and may not write",
    breaks: ({ role, owner, database }) => `
      ALTER ROLE ${role} SET role = ${owner}; ALTER ROLE ${role} SET search_path = nowhere;
      ALTER ROLE ${role} IN DATABASE ${database} SET default_transaction_read_only = on;
      ALTER ROLE ${role} SET work_mem = '8MB'; ALTER ROLE ${owner} SET search_path = app`,
    fixes: ["current-user", "role-search-path", "writable-primary"],
    changes: [
      MAY_WRITE,
      "- ALTER ROLE <role> IN DATABASE <database> SET default_transaction_read_only TO 'on';",
      "+ ALTER ROLE <role> IN DATABASE <database> SET role TO 'none';",
      "+ ALTER ROLE <role> IN DATABASE <database> SET search_path TO 'public';",
    ],
  },
  {
    name: "sessions in the database run as the application's role",
    breaks: ({ owner, role, database }) => [
      `REVOKE USAGE ON SCHEMA app FROM ${role}`,
      `ALTER DATABASE ${database} SET role = ${owner}`,
    ],
    fixes: ["current-user", "schema-usage"],
    // The administrator's sessions run as that role, too, and it does not see which plugins are allowed.
    remains: { "output-plugin-allowed": "unknown", wal2json: "unknown" },
    changes: ["+ ALTER ROLE <role> IN DATABASE <database> SET role TO 'none';"],
  },
  {
    name: "transactions in the database are read-only",
    breaks: ({ role, database }) => [
      `REVOKE USAGE ON SCHEMA app FROM ${role}`,
      `ALTER DATABASE ${database} SET default_transaction_read_only = on`,
    ],
    fixes: ["writable-primary", "schema-usage"],
    changes: [MAY_WRITE],
  },
  {
    name: "statements in the database have a second, and grants take longer",
    breaks: ({ role, database }) => [
      `CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(1.5); END';
       REVOKE SELECT ON ALL TABLES IN SCHEMA app FROM ${role};
       CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION public.slow()`,
      `ALTER DATABASE ${database} SET statement_timeout = '1s'; ALTER DATABASE ${database} SET lock_timeout = '10ms';
       ALTER DATABASE ${database} SET standard_conforming_strings = off;
       ALTER DATABASE ${database} SET search_path = app, public; ALTER DATABASE ${database} SET row_security = off`,
    ],
    fixes: ["read-tables"],
    remains: { "session-timeouts": "warn" },
  },
  {
    name: "transactions in the database have a second, and changes of tables take longer",
    major: 17,
    breaks: ({ owner, database }) => [
      `SET ROLE ${owner}; ALTER TABLE app.orders REPLICA IDENTITY NOTHING; RESET ROLE;
       CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(1.5); END';
       CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.slow()`,
      `ALTER DATABASE ${database} SET transaction_timeout = '1s'`,
    ],
    fixes: ["replica-identity"],
    remains: { "other-event-triggers": "warn", "session-timeouts": "warn" },
    changes: ["- ALTER TABLE ONLY app.orders REPLICA IDENTITY NOTHING;"],
  },
  {
    name: "all roles are read-only, and the role does not exist",
    server: {},
    breaks: ({ role }) => [
      `DROP OWNED BY ${role}; DROP ROLE ${role}`,
      "ALTER ROLE ALL SET default_transaction_read_only = on; ALTER ROLE ALL SET session_replication_role = replica",
    ],
    fixes: ["role-exists", "writable-primary", ...GRANTED_TO_A_NEW_ROLE],
    remains: { "role-password": "fail", "event-triggers": "fail" },
    changes: [...NEW_ROLE, MAY_WRITE],
  },
  {
    name: "the database is allowed no connection, and the role is no superuser",
    breaks: ({ role, database }) =>
      `ALTER ROLE ${role} NOSUPERUSER; ALTER DATABASE ${database} CONNECTION LIMIT 0; REVOKE USAGE ON SCHEMA app FROM ${role}`,
    fixes: ["schema-usage"],
    // The limit applies to all roles.
    remains: { "role-login": "fail", "role-superuser": "fail" },
  },
];

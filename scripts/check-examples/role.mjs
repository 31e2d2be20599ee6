import { inShop } from "./in-shop.mjs";

/** The sources of the examples about the role, by check. */
export const role = {
  "role-exists": { statements: inShop("DROP ROLE ardent_replication") },
  "role-login": { statements: inShop("ALTER ROLE ardent_replication NOLOGIN") },
  "role-replication": { statements: inShop("ALTER ROLE ardent_replication NOREPLICATION NOSUPERUSER") },
  "role-password": {
    statements: inShop("ALTER ROLE ardent_replication PASSWORD 'another'"),
    login: "ardent-secret",
  },
  "role-search-path": {
    statements: inShop(
      `ALTER DATABASE shop SET search_path = ''`,
      "ALTER ROLE ardent_replication NOSUPERUSER",
    ),
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
};

import { inShop } from "./in-shop.mjs";

/** The sources of the examples about grants, by check. */
export const grants = {
  "database-connect": { statements: inShop("REVOKE CONNECT ON DATABASE shop FROM PUBLIC") },
  "database-create": { statements: inShop() },
  "schemas-exist": { statements: inShop(), schemas: { Public: [] } },
  "schema-usage": {
    statements: inShop("REVOKE USAGE ON SCHEMA public FROM PUBLIC"),
    schemas: { public: [] },
  },
  "read-tables": {
    statements: inShop(
      "CREATE TABLE carts (id int PRIMARY KEY)",
      "CREATE TABLE events (id int PRIMARY KEY)",
      "CREATE TABLE orders (id int PRIMARY KEY)",
    ),
  },
  "read-sequences": { statements: inShop("CREATE TABLE orders (id serial PRIMARY KEY)") },
  "default-privileges": {
    statements: inShop(
      "CREATE ROLE app_writer",
      "CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE orders OWNER TO app_writer",
    ),
  },
  "default-privileges-creators": {
    statements: inShop("CREATE ROLE migrator", "GRANT CREATE ON SCHEMA public TO migrator"),
    schemas: { public: [] },
  },
  "row-security": {
    statements: inShop(
      "ALTER ROLE ardent_replication NOSUPERUSER",
      "CREATE TABLE accounts (id int PRIMARY KEY); ALTER TABLE accounts ENABLE ROW LEVEL SECURITY",
      "CREATE TABLE invoices (id int PRIMARY KEY); ALTER TABLE invoices ENABLE ROW LEVEL SECURITY",
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
};

import type { BrokenSource } from "./broken-source";

/** What the role lacks, and what others have that must stay. */
export const WITHOUT_GRANTS: readonly BrokenSource[] = [
  {
    name: "the role was granted nothing",
    breaks: ({ role, database }) =>
      `DROP OWNED BY ${role}; REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`,
    fixes: [
      "database-connect",
      "database-create",
      "schema-usage",
      "read-tables",
      "read-sequences",
      "default-privileges",
    ],
  },
  {
    name: "only its owner and one other role can connect to the database",
    breaks: ({ role, other, database }) => `
      REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC, ${role};
      GRANT CONNECT ON DATABASE ${database} TO ${other} WITH GRANT OPTION`,
    fixes: ["database-connect"],
  },
  {
    name: "schemas with capitals, spaces and quotes, without USAGE",
    breaks: ({ owner }) => `
      CREATE SCHEMA "Sales 2024" AUTHORIZATION ${owner}; CREATE SCHEMA "it's" AUTHORIZATION ${owner};
      CREATE SCHEMA "Größe "" 日本" AUTHORIZATION ${owner}; CREATE SCHEMA "select" AUTHORIZATION ${owner}`,
    fixes: ["schema-usage"],
    remains: { "default-privileges-creators": "warn" },
  },
  {
    name: "tables and sequences of four owners in three schemas, without default privileges",
    breaks: ({ database }) => `
      CREATE SCHEMA billing; CREATE SCHEMA "Stock"; CREATE SCHEMA empty;
      CREATE ROLE writer_a; CREATE ROLE "Writer B"; CREATE ROLE writer_c SUPERUSER;
      GRANT ALL ON DATABASE ${database} TO writer_a, "Writer B";
      GRANT ALL ON SCHEMA billing, "Stock" TO writer_a, "Writer B";
      SET ROLE writer_a; CREATE TABLE billing.invoices (id serial PRIMARY KEY);
      CREATE TABLE "Stock"."Items" (id int PRIMARY KEY); RESET ROLE;
      SET ROLE "Writer B"; CREATE TABLE billing."Lines" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); RESET ROLE;
      SET ROLE writer_c; CREATE TABLE "Stock".moves (id int PRIMARY KEY); CREATE SEQUENCE "Stock".numbers; RESET ROLE;
      CREATE TABLE app.parcels (id int PRIMARY KEY)`,
    fixes: ["schema-usage", "read-tables", "read-sequences", "default-privileges"],
    remains: { "default-privileges-creators": "warn" },
  },
  {
    name: "the owner gives PUBLIC no function and others more than SELECT on what it will create",
    breaks: ({ owner, role, other }) => `
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT ALL ON TABLES TO ${other} WITH GRANT OPTION;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app REVOKE ALL ON TABLES FROM ${role};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app REVOKE ALL ON SEQUENCES FROM ${role}`,
    fixes: ["default-privileges"],
  },
  {
    name: "the role may read some columns only, and write others",
    breaks: ({ role }) => `
      REVOKE ALL ON app.orders FROM ${role}; GRANT SELECT (id), UPDATE (item) ON app.orders TO ${role}`,
    fixes: ["read-tables"],
  },
  {
    name: "partitions and children in schemas that are closed",
    breaks: ({ owner }) => `
      CREATE SCHEMA parts AUTHORIZATION ${owner}; CREATE SCHEMA "Old" AUTHORIZATION ${owner};
      SET ROLE ${owner};
      CREATE TABLE app.events (at date, id int, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
      CREATE TABLE parts."2024" PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE parts.rest PARTITION OF app.events DEFAULT;
      CREATE TABLE "Old".orders (PRIMARY KEY (id)) INHERITS (app.orders)`,
    fixes: ["schema-usage", "read-tables", "default-privileges"],
  },
  {
    name: "two hundred tables in ten schemas without grants",
    breaks: ({ owner }) => `
      DO $$ BEGIN FOR s IN 1..10 LOOP
        EXECUTE format('CREATE SCHEMA %I AUTHORIZATION ${owner}', 'Schema ' || s);
        FOR t IN 1..20 LOOP
          EXECUTE format('CREATE TABLE %I.%I (id serial PRIMARY KEY)', 'Schema ' || s, 'Table ' || t);
          EXECUTE format('ALTER TABLE %I.%I OWNER TO ${owner}', 'Schema ' || s, 'Table ' || t);
        END LOOP;
      END LOOP; END $$`,
    fixes: ["schema-usage", "read-tables", "read-sequences", "default-privileges"],
  },
  {
    name: "extensions, views, foreign tables, large objects and functions beside the tables",
    breaks: ({ owner, other }) => `
      CREATE EXTENSION citext SCHEMA app; CREATE EXTENSION hstore SCHEMA public;
      CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      GRANT USAGE ON FOREIGN SERVER files TO ${other};
      CREATE FOREIGN TABLE app.log (line text) SERVER files OPTIONS (filename '/dev/null');
      CREATE VIEW app.names AS SELECT item FROM app.orders;
      CREATE MATERIALIZED VIEW app.counts AS SELECT count(*) FROM app.orders;
      SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO ${other};
      CREATE TYPE app.mood AS ENUM ('good', 'bad'); REVOKE USAGE ON TYPE app.mood FROM PUBLIC;
      REVOKE EXECUTE ON FUNCTION public.nothing() FROM PUBLIC;
      CREATE TABLE app.moods (id int PRIMARY KEY, mood app.mood, data text); ALTER TABLE app.moods OWNER TO ${owner};
      REVOKE ALL ON ALL TABLES IN SCHEMA app FROM PUBLIC`,
    fixes: ["read-tables"],
    remains: { "not-replicated": "warn" },
  },
  {
    name: "a migrator may create tables and owns none",
    breaks: ({ other, role }) => `
      GRANT CREATE ON SCHEMA app TO ${other}; REVOKE USAGE ON SCHEMA app FROM ${role}`,
    fixes: ["schema-usage"],
    remains: { "default-privileges-creators": "warn" },
  },
];

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { commandLine } from "../cli/command-line";
import { engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres, uniqueName } from "../support/postgres";
import { EVERYTHING } from "../support/tier";

const [WRITER, OTHER] = [uniqueName("writer"), uniqueName('a "writer"')].map((name) => ({
  name,
  sql: `"${name.replaceAll('"', '""')}"`,
}));

/** Databases of different shapes, with `:role` for the role; what runs in the second tier alone says so. */
const SHAPES: readonly { name: string; sql: string; secondTier?: true }[] = [
  {
    name: "several owners, awkward names, and tables without a key",
    sql: `CREATE SCHEMA "a.b" AUTHORIZATION ${OTHER?.sql};
      SET ROLE ${WRITER?.sql}; CREATE TABLE orders (id serial PRIMARY KEY); CREATE TABLE events (what text);
      CREATE TABLE log (at date) PARTITION BY RANGE (at);
      CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      SET ROLE ${OTHER?.sql}; CREATE TABLE "a.b"."c ""d" (id int); CREATE TABLE "a.b".t (id int PRIMARY KEY)`,
  },
  {
    name: "a role from the runbook",
    sql: `CREATE ROLE :role LOGIN SUPERUSER REPLICATION PASSWORD 'role-secret';
      CREATE TABLE orders (id serial PRIMARY KEY); GRANT SELECT ON orders TO :role`,
  },
  { name: "no table at all", sql: `CREATE SCHEMA app AUTHORIZATION ${WRITER?.sql}`, secondTier: true },
  {
    name: "one owner and one schema",
    sql: `SET ROLE ${WRITER?.sql}; CREATE TABLE orders (id serial PRIMARY KEY)`,
    secondTier: true,
  },
  {
    name: "a role that can create tables, and has none",
    sql: `GRANT CREATE ON SCHEMA public TO ${OTHER?.sql};
      SET ROLE ${WRITER?.sql}; CREATE TABLE orders (id serial PRIMARY KEY)`,
    secondTier: true,
  },
  {
    name: "an extension with a schema of its own",
    sql: `CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC;
      SET ROLE ${WRITER?.sql}; CREATE TABLE orders (id serial PRIMARY KEY, tags ext.hstore)`,
    secondTier: true,
  },
  {
    name: "sequences, views and no table of its own in a schema",
    sql: `CREATE SCHEMA s AUTHORIZATION ${OTHER?.sql};
      SET ROLE ${OTHER?.sql}; CREATE SEQUENCE s.numbers; CREATE VIEW s.v AS SELECT 1 AS one`,
    secondTier: true,
  },
  {
    name: "thirty schemas",
    sql: `DO $$ BEGIN FOR n IN 1..30 LOOP
        EXECUTE format('CREATE SCHEMA s%s AUTHORIZATION %I', n, '${WRITER?.name}');
        EXECUTE format('CREATE TABLE s%s.t (id serial PRIMARY KEY); ALTER TABLE s%1$s.t OWNER TO %2$I', n, '${WRITER?.name}');
      END LOOP; END $$`,
    secondTier: true,
  },
];

describe("the program that init writes for a database", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-init-"));
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    await server.query(`CREATE ROLE ${WRITER?.sql}; CREATE ROLE ${OTHER?.sql}`);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await emulator.close();
    await server.stop();
  });

  it.each(SHAPES.filter(({ secondTier }) => EVERYTHING || !secondTier))(
    "with $name deploys at once",
    async ({ sql }) => {
      const database = await server.createDatabase("init");
      await server.query(`ALTER DATABASE ${database} OWNER TO ${WRITER?.sql}`);
      const role = uniqueName("ardent");
      await server.query(sql.replaceAll(":role", role), [], { database });
      const directory = join(folder, database);
      const args = ["init", server.url(database), "--role", role, "--directory", directory];
      const { exitCode, stderr } = await commandLine(args);
      expect(exitCode, stderr).toBe(0);

      const program = await readFile(join(directory, "index.ts"), "utf8");
      const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
      await using project = await engineProject(program, env, { main: "index.ts" });
      await project.setConfig({
        projectId: { value: emulator.projectId },
        adminPassword: { value: server.admin.password, secret: true },
        ardentPassword: { value: "role-secret", secret: true },
      });
      const preview = await project.pulumi("preview");
      expect(preview.code, `${program}\n${preview.text}`).toBe(0);
      const up = await printedBy((options) => project.stack.up(options));
      expect(up.failed, `${program}\n${up.text}`).toBe(false);
      const again = await project.pulumi("preview", "--expect-no-changes");
      expect(again.code, again.text).toBe(0);
      const destroyed = await printedBy((options) => project.stack.destroy(options));
      expect(destroyed.failed, destroyed.text).toBe(false);
    },
  );
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { quoteIdentifier as q } from "../../../src/postgres/identifiers";
import { readColumnFacts } from "../../../src/preflight/facts/columns";
import { checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

/** What the engine's own check says of each type of Postgres 15, with citext, hstore, ltree and cube. */
const { flagged, accepted } = z
  .object({ flagged: z.array(z.string()), accepted: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(join(__dirname, "../../fixtures/engine-types-pg15.json"), "utf8")));

/** The types of our own that the fixture speaks of. */
const TYPES = `
  CREATE TYPE app.color AS ENUM ('red'); CREATE TYPE app.pair AS (a int, b int);
  CREATE DOMAIN app.dtext AS text; CREATE DOMAIN app.ddt AS app.dtext; CREATE DOMAIN app.dmoney AS money;
  CREATE TYPE app.myrange AS RANGE (subtype = float8)`;

describeCheck("column-types", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("types", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA shop; CREATE SCHEMA parts;
      SET search_path = public;
      CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION cube;
      ${TYPES};
      CREATE TABLE shop.orders (id int, name varchar(20), color app.color, tags app.color[], price money);
      CREATE TABLE shop."Per son" (id int, "E mail" citext, gone money, pair app.pair);
      ALTER TABLE shop."Per son" DROP COLUMN gone;
      CREATE TABLE shop.log (at date, total money) PARTITION BY RANGE (at);
      CREATE TABLE parts.log_1 PARTITION OF shop.log DEFAULT;
      CREATE TABLE parts.unrelated (total money);
    `);
  });
  afterAll(() => database.drop());

  const judge = (decisions = {}) =>
    checked(database, "column-types", { schemas: [{ name: "shop", owners: [] }], decisions });

  it("names each column with its type, a partitioned table's once", async () => {
    const needed = "a type that the engine can decode, or the decision exclude for the table";
    expect(await judge()).toMatchObject({
      outcome: "warn",
      message: "4 columns of a type that Ardent's engine cannot decode",
      findings: [
        { object: "column shop.Per son.E mail", current: "type public.citext", needed },
        { object: "column shop.Per son.pair", current: "type app.pair", needed },
        { object: "column shop.log.total", current: "type money", needed },
        { object: "column shop.orders.price", current: "type money", needed },
      ],
      fix: { sql: [] },
    });
  });

  it("passes without these tables", async () => {
    const decisions = { "shop.orders": "exclude", "parts.log_1": "exclude", 'shop."Per son"': "exclude" };
    expect(await judge(decisions)).toMatchObject({ outcome: "pass" });
  });

  it("names a partitioned table until the last of its partitions is excluded", async () => {
    await database.run(`
      CREATE SCHEMA halves; CREATE TABLE halves.log (at date, total money) PARTITION BY RANGE (at);
      CREATE TABLE halves.log_1 PARTITION OF halves.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      CREATE TABLE halves.rest PARTITION OF halves.log DEFAULT PARTITION BY RANGE (at);
      CREATE TABLE halves.log_2 PARTITION OF halves.rest DEFAULT`);
    const found = async (decisions: NonNullable<Question["decisions"]>) =>
      (
        await checked(database, "column-types", { schemas: [{ name: "halves", owners: [] }], decisions })
      ).findings.map(({ object }) => object);
    expect(await found({ "halves.log": "exclude" })).toEqual(["column halves.log.total"]);
    expect(await found({ "halves.log_2": "exclude" })).toEqual(["column halves.log.total"]);
    expect(await found({ "halves.log_1": "exclude", "halves.log_2": "exclude" })).toEqual([]);
  });

  it("gives the same result for each type as the engine's own check", async () => {
    const existing = await database.session.query<{ type: string }>(
      `SELECT type FROM unnest($1::text[]) AS type WHERE to_regtype(type) IS NOT NULL`,
      [[...flagged, ...accepted]],
    );
    const types = existing.map(({ type }) => type);
    expect(types.length).toBeGreaterThanOrEqual(160);
    await database.run(
      `CREATE SCHEMA every; CREATE TABLE every.type (${types.map((type) => `${q(type)} ${type}`).join(", ")})`,
    );
    const { undecoded } = await readColumnFacts(database.session, ["every"], []);
    const names = await columnsOf(undecoded.count);
    expect(names).toEqual(types.filter((type) => flagged.includes(type)).toSorted());
  });

  /** All columns that are flagged, of which the facts list the first. */
  async function columnsOf(count: number): Promise<string[]> {
    const found: string[] = [];
    while (found.length < count) {
      const { undecoded } = await readColumnFacts(database.session, ["every"], []);
      const columns = undecoded.first.map(({ column }) => column);
      found.push(...columns);
      await database.run(
        `ALTER TABLE every.type ${columns.map((column) => `DROP COLUMN ${q(column)}`).join(", ")}`,
      );
    }
    return found.sort();
  }
});

// How preflight grows with the source. Options: --tables 10,1000,10000,100000 --schemas 1000 --owners 20 --runs 3
import { parseArgs } from "node:util";
import pg from "pg";
import { build } from "../scripts/lib/build.mjs";
import { setup } from "../scripts/setup.mjs";
import { runJson } from "./lib/child.mjs";
import { generateSource, ROLE } from "./lib/source.mjs";
import { table } from "./lib/table.mjs";

/** What issue 4 asks for. */
const GOALS = [
  "Goals: at most 10 round trips for the catalogue; at 100,000 tables wall at most twice the sum of its queries and",
  "under 200 MB; at 10 tables under 300 ms.",
];

/** @param {string[]} args - as on the command line */
export async function measure(args) {
  const options = readOptions(args);
  const environment = await setup({ majors: [17] });
  await build();
  Object.assign(process.env, environment);
  const { runPostgres } = await import("../scripts/lib/postgres-container.mjs");
  const server = await runPostgres({
    major: 17,
    settings: {
      // Each table that a batch makes is locked until its end.
      max_locks_per_transaction: "512",
      shared_buffers: "256MB",
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      autovacuum: "off",
    },
  });
  const stop = () => void server.stop().finally(() => process.exit(130));
  process.once("SIGINT", stop);
  const rows = [];
  try {
    for (const tables of options.tables) rows.push(await measureSize(server, { ...options, tables }));
  } finally {
    // What was measured counts, also when a larger size fails.
    print(rows);
    process.off("SIGINT", stop);
    await server.stop();
  }
}

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      tables: { type: "string", default: "10,1000,10000,100000" },
      schemas: { type: "string", default: "1000" },
      owners: { type: "string", default: "20" },
      runs: { type: "string", default: "3" },
    },
  });
  return {
    tables: values.tables.split(",").map(Number),
    schemas: Number(values.schemas),
    owners: Number(values.owners),
    runs: Number(values.runs),
  };
}

async function measureSize(server, { tables, schemas, owners, runs }) {
  const admin = { host: server.host, port: server.port, user: "postgres", password: server.password };
  const size = { tables, schemas: Math.min(schemas, tables), owners: Math.min(owners, tables) };
  const started = performance.now();
  const database = await generateSource(admin, size);
  console.log(`${tables} tables generated in ${seconds(performance.now() - started)}`);

  // Measured by turns, so that a busy machine is busy for both.
  const looks = [];
  const replays = [];
  for (let run = 0; run < runs; run += 1) {
    const input = { ...admin, database, role: ROLE };
    const look = await runJson(new URL("./lib/look.mjs", import.meta.url), input);
    looks.push(look);
    replays.push(await replay({ ...admin, database }, look.queries));
  }
  return { ...size, ...median(looks, ({ runMs }) => runMs), asked: median(replays, sumOf) };
}

/** The same queries one by one with nothing around them: what each costs whoever asks it. */
async function replay(connection, queries) {
  const client = new pg.Client(connection);
  await client.connect();
  // The session says this in the round trip in which it introduces itself.
  await client.query("SET default_transaction_read_only = on");
  const asked = [];
  for (const { sql, params, from } of queries) {
    const started = performance.now();
    await (params === undefined ? client.query(sql) : client.query(sql, params));
    asked.push({ from, ms: performance.now() - started });
  }
  await client.end();
  return asked;
}

function median(values, by) {
  return values.toSorted((a, b) => by(a) - by(b))[Math.floor(values.length / 2)];
}

function sumOf(asked) {
  return asked.reduce((sum, query) => sum + query.ms, 0);
}

function print(rows) {
  console.log();
  console.log(
    table(
      [
        "tables",
        "schemas",
        "owners",
        "queries",
        "round trips",
        "run",
        "its queries",
        "ratio",
        "judging",
        "peak memory",
        "report",
      ],
      rows.map((row) => [
        String(row.tables),
        String(row.schemas),
        String(row.owners),
        String(row.asked.length),
        String(row.roundTrips),
        ms(row.runMs),
        ms(sumOf(row.asked)),
        (row.runMs / sumOf(row.asked)).toFixed(1),
        ms(row.judgeMs),
        `${Math.round(row.peakBytes / 1e6)} MB`,
        `${Math.round(row.reportBytes / 1e3)} kB`,
      ]),
    ),
  );
  for (const { tables, asked } of rows) {
    const slowest = asked.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
    console.log(`\nSlowest queries at ${tables} tables: ${slowest.map(nameAndTime).join(", ")}`);
  }
  console.log(`\n${GOALS.join("\n")}`);
}

const nameAndTime = (query) => `${query.from} ${ms(query.ms)}`;
const ms = (value) => `${Math.round(value)} ms`;
const seconds = (value) => `${(value / 1000).toFixed(1)} s`;

// How preflight grows with the source. Options: --tables 10,1000,10000,100000 --schemas 1000 --owners 20 --runs 5
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import pg from "pg";
import { runPostgres } from "../scripts/lib/postgres-container.mjs";
import { runMain } from "../scripts/lib/report.mjs";
import { runJson } from "./lib/child.mjs";
import { generateSource, ROLE } from "./lib/source.mjs";
import { table } from "./lib/table.mjs";

/** What the numbers are to be. */
const GOALS = { roundTrips: 10, ratio: 2, memoryMb: 200, large: 100_000, small: 10, smallMs: 300 };

/** A small source is read so fast that other work on the machine disturbs the time: it takes more runs. */
const SMALL = { tables: 1_000, factor: 4 };

runMain(async () => {
  const options = readOptions(process.argv.slice(2));
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
      // Counters of 200,000 tables and indexes would fill the shared memory that Docker gives a container.
      track_counts: "off",
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
});

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      tables: { type: "string", default: "10,1000,10000,100000" },
      schemas: { type: "string", default: "1000" },
      owners: { type: "string", default: "20" },
      runs: { type: "string", default: "5" },
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
  for (let run = 0; run < (tables <= SMALL.tables ? runs * SMALL.factor : runs); run += 1) {
    const input = { ...admin, database, role: ROLE };
    const look = await runJson(new URL("./lib/look.mjs", import.meta.url), input);
    looks.push(look);
    replays.push(await replay({ ...admin, database }, look.queries));
  }
  return {
    ...size,
    ...median(looks, ({ runMs }) => runMs),
    fastestMs: Math.min(...looks.map(({ runMs }) => runMs)),
    peakBytes: Math.max(...looks.map(({ peakBytes }) => peakBytes)),
    roundTrips: Math.max(...looks.map(({ roundTrips }) => roundTrips)),
    ...median(replays, ({ askedMs }) => askedMs),
  };
}

/** The same queries one by one, without preflight around them: the cost of each. */
async function replay(connection, queries) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    // The session says this in the round trip in which it introduces itself.
    await client.query("SET default_transaction_read_only = on; SET jit = off");
    const before = await backendCpuMs(client);
    const asked = [];
    for (const { sql, params, from } of queries) {
      // It names a snapshot that was there only while preflight ran.
      if (from === "instances") continue;
      const started = performance.now();
      await (params === undefined ? client.query(sql) : client.query(sql, params));
      asked.push({ from, ms: performance.now() - started });
    }
    const serverCpuMs = (await backendCpuMs(client)) - before;
    return { asked, askedMs: asked.reduce((sum, { ms }) => sum + ms, 0), serverCpuMs };
  } finally {
    await client.end();
  }
}

/** What the session's backend has computed so far. Linux counts it in hundredths of a second. */
async function backendCpuMs(client) {
  const { rows } = await client.query("SELECT pg_read_file('/proc/self/stat', 0, 1000) AS stat");
  // The name in brackets may hold spaces; user and system time are the 12th and 13th field behind it.
  const fields = rows[0].stat.slice(rows[0].stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function median(values, by) {
  return values.toSorted((a, b) => by(a) - by(b))[Math.floor(values.length / 2)];
}

function print(rows) {
  const [busy = 0] = loadavg();
  console.log(`
${cpus().length} processors, ${busy.toFixed(1)} processes that want one. Of each size the median of the runs; each run is a process
of its own, whose start is not counted.
`);
  console.log(
    table(
      COLUMNS.map(([heading]) => heading),
      rows.map((row) => COLUMNS.map(([, , cell]) => cell(row))),
    ),
  );
  console.log();
  for (const [heading, meaning] of COLUMNS) if (meaning !== "") console.log(`${heading}: ${meaning}`);
  for (const { tables, asked } of rows) {
    const slowest = asked.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
    console.log(`\nSlowest queries at ${tables} tables: ${slowest.map(nameAndTime).join(", ")}`);
  }
  console.log();
  for (const line of [...growthLines(rows), "", ...goalLines(rows)]) console.log(line);
}

/**
 * Heading, what it means, and the cell.
 *
 * @type {[string, string, (row: any) => string][]}
 */
const COLUMNS = [
  ["tables", "", ({ tables }) => String(tables)],
  ["schemas", "", ({ schemas }) => String(schemas)],
  ["owners", "", ({ owners }) => String(owners)],
  ["queries", "of the session that reads the catalog", ({ asked }) => String(asked.length)],
  ["round trips", "how often that session waited for the server", ({ roundTrips }) => String(roundTrips)],
  ["run", "all of preflight: network, logins, catalog, slot probe, checks", ({ runMs }) => ms(runMs)],
  ["fastest", "of the runs", ({ fastestMs }) => ms(fastestMs)],
  ["its queries", "the same ones in turn on a bare connection", ({ askedMs }) => ms(askedMs)],
  ["ratio", "run to its queries", (row) => ratio(row).toFixed(1)],
  ["CPU here", "what a run computed, user and system", ({ cpuMs }) => ms(cpuMs)],
  ["CPU there", "what Postgres computed for its queries", ({ serverCpuMs }) => ms(serverCpuMs)],
  ["judging", "the part of the run that runs the checks", ({ judgeMs }) => ms(judgeMs)],
  ["memory", "the process at its peak, Node.js itself included", (row) => `${memoryMb(row)} MB`],
  [
    "report",
    "as JSON; it holds the grants of every schema",
    ({ reportBytes }) => `${Math.round(reportBytes / 1e3)} kB`,
  ],
];

/** How the time grows, from each size to the next. */
function growthLines(rows) {
  return rows.slice(1).map((row, index) => {
    const before = rows[index];
    const times = (value) => `${value.toFixed(1)} times`;
    return `From ${before.tables} to ${row.tables} tables: ${times(row.tables / before.tables)} the tables, ${times(row.runMs / before.runMs)} the run, ${times(row.serverCpuMs / Math.max(before.serverCpuMs, 10))} the CPU there`;
  });
}

function goalLines(rows) {
  const of = (tables) => rows.filter((row) => row.tables === tables);
  const goal = (what, row, value, most, unit = "") =>
    `${value <= most ? "met" : "NOT MET"}: ${what} at ${row.tables} tables: ${value}${unit}, at most ${most}${unit}`;
  return [
    ...rows.map((row) => goal("round trips", row, row.roundTrips, GOALS.roundTrips)),
    ...of(GOALS.large).flatMap((row) => [
      goal("run to its queries", row, Number(ratio(row).toFixed(2)), GOALS.ratio),
      goal("memory", row, memoryMb(row), GOALS.memoryMb, " MB"),
    ]),
    // The others on a machine make a run slower and never faster.
    ...of(GOALS.small).map((row) =>
      goal("fastest run", row, Math.round(row.fastestMs), GOALS.smallMs, " ms"),
    ),
  ];
}

const ratio = ({ runMs, askedMs }) => runMs / askedMs;
const memoryMb = ({ peakBytes }) => Math.round(peakBytes / 1e6);
const nameAndTime = (query) => `${query.from} ${ms(query.ms)}`;
const ms = (value) => `${Math.round(value)} ms`;
const seconds = (value) => `${(value / 1000).toFixed(1)} s`;

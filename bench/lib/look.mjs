// One run of preflight on what BENCH_INPUT names; prints what it took as JSON.
import { createRequire } from "node:module";
import { basename } from "node:path";

const require = createRequire(import.meta.url);
const dist = (path) => require(`../../dist/${path}.js`);
const { host, port, user, password, database, role } = JSON.parse(process.env.BENCH_INPUT ?? "");

/** Every session in the order in which it was opened, with its queries. */
const sessions = [];
const postgres = dist("postgres/session");
const { openSession } = postgres;
postgres.openSession = async (settings, options) => {
  const queries = [];
  if (options.replication === undefined) sessions.push({ user: settings.user, queries });
  const session = await openSession(settings, options);
  return {
    ...session,
    query: (sql, params) => timed(queries, sql, params, () => session.query(sql, params)),
  };
};

async function timed(queries, sql, params, ask) {
  const from = asker();
  const started = performance.now();
  try {
    return await ask();
  } finally {
    const ended = performance.now();
    queries.push({ sql, params, from, started, ended });
  }
}

/** The file that asks, by the stack: such as `tables`. */
function asker() {
  const [, file = "?"] = /dist\/((?:preflight|access)\/[^:]+):/.exec(new Error().stack ?? "") ?? [];
  return basename(file, ".js");
}

const { connectionSettings } = dist("postgres/connection-settings");
const { gatherFacts } = dist("preflight/facts/gather-facts");
const { evaluate } = dist("preflight/evaluate");
const source = { host, port, database };
const admin = connectionSettings({ ...source, user, password });
const request = {
  source,
  role,
  connector: true,
  schemas: undefined,
  egressIp: "203.0.113.7",
  tls: false,
  decisions: {},
};

const cpu = process.cpuUsage();
const started = performance.now();
const facts = await gatherFacts({
  request,
  admin,
  role: connectionSettings({ ...source, user: role, password: role }),
  probes: { slot: true, login: true },
});
const read = performance.now();
const report = JSON.stringify(evaluate(request, facts));
const ended = performance.now();
const { user: userUs, system: systemUs } = process.cpuUsage(cpu);
const unread = Object.entries(facts).filter(([, part]) => part.kind === "unknown");
if (unread.length > 0) throw new Error(`not read: ${JSON.stringify(unread)}`);

// The first session is the one that reads the catalog.
const catalog = sessions[0].queries;

/** How often the server was waited for: a query that is sent before the last answer came waits with the others. */
function roundTrips(queries) {
  let trips = 0;
  let answered = Number.NEGATIVE_INFINITY;
  for (const { started } of queries.toSorted((a, b) => a.started - b.started)) {
    if (started < answered) continue;
    trips += 1;
    answered = Math.min(...queries.filter((query) => query.started >= started).map(({ ended }) => ended));
  }
  return trips;
}

process.stdout.write(
  JSON.stringify({
    runMs: ended - started,
    judgeMs: ended - read,
    cpuMs: (userUs + systemUs) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    reportBytes: report.length,
    roundTrips: roundTrips(catalog),
    queries: catalog,
  }),
);

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatherOptions } from "../../src/cli/gather-options";
import type { Outcome } from "../../src/preflight/check/check";
import type { PreflightReport } from "../../src/preflight/report";
import { renderFixScript } from "../../src/preflight/report/fix-script";
import { runPreflight } from "../../src/preflight/run";
import { ALL_MAJORS, MAJORS, type PostgresServer, startPostgres } from "../support/postgres";
import { EVERYTHING } from "../support/tier";
import { BROKEN_SOURCES } from "./fix-sources";
import { type BrokenSource, makeSource, type Names, untilReloaded } from "./fix-sources/broken-source";
import { difference, readClusterState } from "./fix-sources/cluster-state";

/** What waits for a fix has its own in the next script. */
const MOST_ROUNDS = 3;

const SOURCES = BROKEN_SOURCES.map((source, index) => ({
  ...source,
  major: source.major ?? ALL_MAJORS[index % ALL_MAJORS.length],
  names: {
    database: `shop_${index}`,
    role: `ardent_${index}`,
    owner: `app_${index}`,
    other: `reports_${index}`,
    ...source.names,
  },
}));

describe.each(MAJORS)("the fix script, run whole on Postgres %i", (major) => {
  // In the first tier every second one, so that each family of fixes has some.
  const sources = SOURCES.filter((source) => source.major === major)
    .filter((_, index) => EVERYTHING || index % 2 === 0)
    .map((source) => [source.name, source] as const);
  let shared: PostgresServer;
  beforeAll(async () => {
    shared = await startPostgres({ major });
  });
  afterAll(() => shared.stop());

  it.each(sources)(
    "fixes what it says and changes nothing else: %s",
    { timeout: 120_000 },
    async (_, source) => {
      const server = source.server === undefined ? shared : await startPostgres({ major, ...source.server });
      try {
        await makeSource(server, source, source.names);
        await fixAndCompare(server, source, source.names);
      } finally {
        if (server !== shared) await server.stop();
        // A dump of the next one has less to read.
        else await dropDatabase(server, source.names.database);
      }
    },
  );
});

async function fixAndCompare(server: PostgresServer, source: BrokenSource, names: Names): Promise<void> {
  const { database, role } = names;
  const look = async () => {
    const options = await gatherOptions(server.url(database), { role, slotProbe: true });
    const { decisions = {} } = source;
    return runPreflight({ ...options, request: { ...options.request, decisions } });
  };
  const state = await readClusterState(server, database);
  const first = await look();

  let report = first;
  const fixed = new Set<string>();
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const script = renderFixScript(report);
    const ids = fixesIn(script);
    if (ids.length === 0) break;
    for (const id of ids) fixed.add(id);
    await runTwice(server, database, script);
    if (script.includes("-- RESTART Postgres now")) await server.restart();
    report = await look();
    for (const id of ids) expect([id, outcomeOf(report, id)]).toEqual([id, source.remains?.[id] ?? "pass"]);
  }

  expect([...fixed].sort()).toEqual(source.fixes.toSorted());
  expect(fixesIn(renderFixScript(report))).toEqual([]);
  expect(notPassed(report)).toEqual(source.remains ?? {});
  expect(worse(first, report)).toEqual([]);

  const now = await readClusterState(server, database);
  const { added, removed } = difference(state.privileges, now.privileges);
  expect(removed).toEqual([]);
  expect(added.filter((line) => !isOurs(line, role) && !source.comesWith?.test(line))).toEqual([]);
  expect(changesOf(difference(state.lines, now.lines), names)).toEqual((source.changes ?? []).toSorted());
}

/** A privilege that the script may grant: one of the runbook's, to the role, and not to be granted on. */
function isOurs(line: string, role: string): boolean {
  return /^(SELECT|USAGE|CONNECT|CREATE) on /.test(line) && line.includes(` to ${role} by `);
}

/** The checks whose statements a script runs: those of a section that is not all comments. */
function fixesIn(script: string): string[] {
  return script
    .trimEnd()
    .split("\n\n")
    .flatMap((section) => {
      const [, id] = /^-- ([a-z0-9-]+): /.exec(section) ?? [];
      const runs = section.split("\n").some((line) => !line.startsWith("--"));
      return id !== undefined && runs ? [id] : [];
    });
}

/** As a person does, and once more: it may be run again, as after a stop. */
async function runTwice(server: PostgresServer, database: string, script: string): Promise<void> {
  const psql = 'psql -X -v ON_ERROR_STOP=1 -f /tmp/fixes.sql -d "$2" 2>&1';
  const command = [
    "sh",
    "-c",
    `printf %s "$1" > /tmp/fixes.sql && ${psql} && ${psql}`,
    "sh",
    script,
    database,
  ];
  await untilReloaded(server, script, () => server.exec(command));
}

function outcomeOf({ checks }: PreflightReport, id: string): Outcome | undefined {
  return checks.find((check) => check.id === id)?.outcome;
}

function notPassed({ checks }: PreflightReport): Record<string, Outcome> {
  return Object.fromEntries(
    checks
      .filter(({ outcome }) => !["pass", "skipped"].includes(outcome))
      .map(({ id, outcome }) => [id, outcome]),
  );
}

/** From good to bad; what is not judged is neither. */
const RANKS: readonly Outcome[] = ["pass", "warn", "fail"];

function worse(before: PreflightReport, after: PreflightReport): string[] {
  return after.checks.flatMap(({ id, outcome }) => {
    const was = outcomeOf(before, id);
    const isWorse = was !== undefined && RANKS.includes(was) && RANKS.indexOf(outcome) > RANKS.indexOf(was);
    return isWorse ? [`${id}: ${was}, then ${outcome}`] : [];
  });
}

/** Lines that have come (+) and gone (-), under names that every source has. */
function changesOf({ added, removed }: ReturnType<typeof difference>, { role, database }: Names): string[] {
  const lines = [...added.map((line) => `+ ${line}`), ...removed.map((line) => `- ${line}`)];
  return lines
    .map((line) =>
      line
        .replaceAll(dumped(role), "<role>")
        .replaceAll(dumped(database), "<database>")
        .replace(/ PASSWORD '[^']*'/, ""),
    )
    .sort();
}

/** A name as pg_dump writes it. */
function dumped(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

async function dropDatabase(server: PostgresServer, database: string): Promise<void> {
  await server.query(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1",
    [database],
  );
  await server.query(`DROP DATABASE "${database.replaceAll('"', '""')}" WITH (FORCE)`);
}

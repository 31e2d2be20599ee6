// The work of check-examples.mjs, once the setup was made.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { repository } from "../lib/folders.mjs";
import { runPostgres } from "../lib/postgres-container.mjs";
import { runMain, say } from "../lib/report.mjs";
import { scenarios } from "./scenarios.mjs";

const require = createRequire(import.meta.url);
const compiled = (file) => require(join(repository, "dist", file));

const ROLE = "ardent_replication";
/** What every source has. */
const ROLE_SQL = `CREATE ROLE ${ROLE} LOGIN SUPERUSER REPLICATION PASSWORD 'ardent-secret'`;

runMain(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((id) => !Object.hasOwn(scenarios, id));
  if (unknown.length > 0) throw new Error(`No example is described for ${unknown.join(", ")}`);
  for (const id of asked.length > 0 ? asked : Object.keys(scenarios)) {
    const example = await exampleOf(id, scenarios[id]);
    await writeExample(id, example);
    say(example);
  }
});

async function exampleOf(id, scenario) {
  const { major = 17, settings, hba, ready, statements = [], shell, prepare } = scenario;
  const server = await runPostgres({ major, settings, hba, ready });
  try {
    const psql = (database, sql) =>
      server.exec(["psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql]);
    for (const [database, sql] of [["postgres", ROLE_SQL], ...statements]) await psql(database, sql);
    if (shell !== undefined) await server.exec(["sh", "-c", shell]);
    const prepared = await prepare?.({ server, compiled, runPostgres, roleSql: ROLE_SQL });
    try {
      const amended = { amend: prepared?.amend, ...scenario };
      return textOf(await judge(id, amended, { ...server, ...prepared }));
    } finally {
      await prepared?.stop?.();
    }
  } finally {
    await server.stop();
  }
}

/** What preflight says of one check. */
async function judge(id, scenario, { host, port, password }) {
  const { connectionSettings } = compiled("postgres/connection-settings.js");
  const { evaluate } = compiled("preflight/evaluate.js");
  const { gatherFacts } = compiled("preflight/facts/gather-facts.js");
  const { database = "shop", address, user = ["postgres", password], login, grants, amend } = scenario;
  const source = { host, port, database, ...address };
  const as = ([name, secret]) => connectionSettings({ ...source, user: name, password: secret });
  const request = {
    source,
    plan: compiled("access/plan.js").accessPlan({
      role: { name: ROLE, create: false, superuser: true },
      databases: { [database]: scenario.schemas ?? {} },
    }),
    everySchema: scenario.schemas === undefined,
    connector: true,
    tls: true,
    decisions: {},
    ...(grants === undefined ? {} : deltaOf(grants)),
    ...scenario.request,
  };
  const facts = await gatherFacts({
    request,
    admin: as(user),
    ...(login === undefined ? {} : { role: as([ROLE, login]) }),
    probes: { slot: false, login: true },
  });
  const { checks } = evaluate(request, amend?.(facts) ?? facts);
  const result = checks.find((check) => check.id === id);
  if (result.fix === undefined) throw new Error(`${id}: ${result.outcome}: ${result.message}`);
  return result;
}

/** What a deployment that grants this would change. */
function deltaOf(access) {
  const { accessPlan } = compiled("access/plan.js");
  const { planDelta } = compiled("access/plan-delta.js");
  const plan = accessPlan(access);
  return { plan, everySchema: false, delta: planDelta(undefined, plan) };
}

/** As the command line prints it, with a narrower gap after the name and without the page. */
function textOf(result) {
  const { resultLines } = compiled("preflight/report/result-lines.js");
  const { createColors } = require("picocolors");
  const layout = { colors: createColors(false), width: Number.POSITIVE_INFINITY, idWidth: 0 };
  return resultLines(result, layout)
    .filter((line) => !line.startsWith("      see: "))
    .map((line) => line.slice(2))
    .join("\n");
}

async function writeExample(id, example) {
  const file = join(repository, "docs/checks", `${id}.md`);
  const page = await readFile(file, "utf8");
  const place = /(?<=^## Example\n\n```\n)[\s\S]*?(?=\n```$)/m;
  if (!place.test(page)) throw new Error(`${file} has no example to replace`);
  await writeFile(
    file,
    page.replace(place, () => example),
  );
}

// node scripts/check-examples.mjs [ID…]: writes the example of a check's page as preflight prints it on a real Postgres.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { scenarios } from "./check-examples/scenarios.mjs";
import { build } from "./lib/build.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain } from "./lib/report.mjs";
import { setup } from "./setup.mjs";

const require = createRequire(import.meta.url);
const compiled = (file) => require(join(repository, "dist", file));

const ROLE = "ardent_replication";
const PASSWORD = "ardent-secret";
/** What every source has: the role, and the application's database. */
const BEFORE = [`CREATE ROLE ${ROLE} LOGIN SUPERUSER REPLICATION PASSWORD '${PASSWORD}'`];

runMain(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((id) => !Object.hasOwn(scenarios, id));
  if (unknown.length > 0) throw new Error(`No example is described for ${unknown.join(", ")}`);
  Object.assign(process.env, await setup());
  await build();
  // Loaded late: it needs what the setup installs.
  const { runPostgres } = await import("./lib/postgres-container.mjs");
  for (const id of asked.length > 0 ? asked : Object.keys(scenarios)) {
    const example = await exampleOf(id, scenarios[id], runPostgres);
    await writeExample(id, example);
    console.log(example);
  }
});

async function exampleOf(id, scenario, runPostgres) {
  const { major = 17, settings = {}, hba, statements = [], database = "shop", shell, prepare } = scenario;
  const server = await runPostgres({ major, settings, ...(hba === undefined ? {} : { hba }) });
  try {
    const psql = (where, sql) =>
      server.exec(["psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", where, "--command", sql]);
    for (const sql of BEFORE) await psql("postgres", sql);
    for (const [where, sql] of statements) await psql(where, sql);
    if (shell !== undefined) await server.exec(["sh", "-c", shell]);
    const prepared = await prepare?.({ server, runPostgres, before: BEFORE });
    try {
      return await judge(
        id,
        scenario,
        { host: "127.0.0.1", port: prepared?.port ?? server.port, database },
        server,
      );
    } finally {
      await prepared?.stop();
    }
  } finally {
    await server.stop();
  }
}

async function judge(
  id,
  { request = {}, user = ["postgres"], grants, amend = (facts) => facts },
  source,
  server,
) {
  const { connectionSettings } = compiled("postgres/connection-settings.js");
  const { evaluate } = compiled("preflight/evaluate.js");
  const { gatherFacts } = compiled("preflight/gather-facts.js");
  const [name, password = server.password] = user;
  const asked = {
    source,
    role: ROLE,
    connector: true,
    schemas: undefined,
    tls: true,
    decisions: {},
    ...(grants === undefined ? {} : deltaOf(grants)),
    ...request,
  };
  const facts = await gatherFacts({
    request: asked,
    admin: connectionSettings({ ...source, user: name, password }),
    probes: { slot: false, login: true },
  });
  const { checks } = evaluate(asked, amend(facts));
  const result = checks.find((check) => check.id === id);
  if (result.fix === undefined) throw new Error(`${id}: ${result.outcome}: ${result.message}`);
  return textOf(result);
}

/** What a deployment that grants this would change. */
function deltaOf(access) {
  const { accessPlan } = compiled("access/plan.js");
  const { planDelta } = compiled("access/plan-delta.js");
  const plan = accessPlan(access);
  return {
    role: access.role.name,
    delta: planDelta(undefined, plan),
    schemas: plan.databases.flatMap(({ schemas }) => schemas),
  };
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

// What a program with this package costs beside the same grants written by hand. Options: --schemas 60 --owners 2 --parallel 16
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createStack } from "../scripts/demo/stack.mjs";
import { toolchainEnvironment } from "../scripts/lib/environment.mjs";
import { runPostgres } from "../scripts/lib/postgres-container.mjs";
import { runMain } from "../scripts/lib/report.mjs";
import { table } from "./lib/table.mjs";

/** What ours may be of the hand-written program. */
const MOST = 1.2;

const PROGRAMS = { "by hand": "hand-written", "this package": "postgres-source" };

/** What is measured of a program, and how it is written. */
const MEASURES = [
  { name: "resources", of: ({ resources }) => resources, write: String },
  { name: "bytes of state", of: ({ bytes }) => bytes, write: String },
  ...["first up", "no-op preview", "refresh", "destroy"].map((name) => ({
    name,
    of: ({ seconds }) => seconds[name],
    write: (value) => `${value.toFixed(1)} s`,
  })),
];

runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  const server = await runPostgres({ major: 17 });
  const stop = () => void server.stop().finally(() => process.exit(130));
  process.once("SIGINT", stop);
  try {
    const source = await createSource(server, options);
    const costs = {};
    for (const [name, program] of Object.entries(PROGRAMS)) {
      console.log(`measuring: ${name}`);
      costs[name] = await costOf(program, { server, source, parallel: options.parallel });
    }
    print(costs, options);
  } finally {
    process.off("SIGINT", stop);
    await server.stop();
  }
});

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      schemas: { type: "string", default: "60" },
      owners: { type: "string", default: "2" },
      parallel: { type: "string", default: "16" },
    },
  });
  return { schemas: Number(values.schemas), owners: Number(values.owners), parallel: values.parallel };
}

/** Makes a database of schemas with one table each, and their owners. */
async function createSource(server, { schemas, owners }) {
  const names = (prefix, count) => Array.from({ length: count }, (_, index) => `${prefix}_${index + 1}`);
  const source = {
    host: server.host,
    port: server.port,
    database: "shop",
    schemas: names("tenant", schemas),
    owners: names("writer", owners),
  };
  const psql = (database, sql) =>
    server.exec(["psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql]);
  await psql("postgres", "CREATE DATABASE shop");
  await psql("postgres", source.owners.map((owner) => `CREATE ROLE ${owner};`).join(" "));
  const script = source.schemas.map(
    (schema, index) =>
      `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.orders (id serial PRIMARY KEY);
       ALTER TABLE ${schema}.orders OWNER TO ${source.owners[index % owners]};`,
  );
  await psql("shop", script.join("\n"));
  return source;
}

/** Runs a program from nothing to nothing. */
async function costOf(program, { server, source, parallel }) {
  const stack = await createStack(toolchainEnvironment(), {
    main: `bench/programs/${program}.ts`,
    quiet: true,
  });
  const seconds = {};
  const run = async (name, action, ...flags) => {
    const began = performance.now();
    const { code, output } = await stack.pulumi(action, "--parallel", parallel, ...flags);
    seconds[name] = (performance.now() - began) / 1000;
    if (code !== 0) throw new Error(`${program}: ${name} failed:\n${output}`);
    return output;
  };
  try {
    await stack.set("source", JSON.stringify(source));
    await stack.set("role", `ardent_${program.replace("-", "_")}`);
    await stack.setSecret("adminPassword", server.password);
    await stack.setSecret("rolePassword", server.password);
    await run("first up", "up");
    const state = await stack.state();
    const { resources } = JSON.parse(state).checkpoint.latest;
    await run("no-op preview", "preview", "--expect-no-changes");
    await run("refresh", "refresh", "--skip-preview");
    await run("destroy", "destroy", "--skip-preview");
    return { resources: resources.length, bytes: Buffer.byteLength(state), seconds };
  } finally {
    await stack.remove();
  }
}

function print(costs, { schemas, owners, parallel }) {
  const [byHand, ours] = Object.values(costs);
  const [load = 0] = loadavg();
  console.log(`
${schemas} schemas, ${owners} owners, pulumi --parallel ${parallel}, ${cpus().length} processors, ${load.toFixed(1)} processes that want one.
By hand: provider, role, grants and default privileges with @pulumi/postgresql, in the same order. This package: a
PostgresSource without a connector; its times include its preflight, which checks the source in each preview and up.
`);
  const ratio = (of) => of(ours) / of(byHand);
  console.log(
    table(
      ["", ...Object.keys(costs), "ratio"],
      MEASURES.map(({ name, of, write }) => [name, write(of(byHand)), write(of(ours)), ratio(of).toFixed(2)]),
    ),
  );
  console.log();
  for (const { name, of } of MEASURES)
    console.log(
      `${ratio(of) <= MOST ? "met" : "NOT MET"}: ${name}: ${ratio(of).toFixed(2)}, at most ${MOST}`,
    );
}

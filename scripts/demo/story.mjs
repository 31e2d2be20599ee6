import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../lib/folders.mjs";
import { command, expect, say, step } from "./narrator.mjs";
import { run, startServer } from "./processes.mjs";
import { startSource } from "./source.mjs";
import { createStack } from "./stack.mjs";

const cli = join(repository, "dist/cli/main.js");

/**
 * Shows the main job from "not ready" to "replicated" and back, with real output of a real engine.
 *
 * @param {Record<string, string>} environment - the engine's, from the setup
 * @param {(clean: () => unknown) => void} atEnd - registers what has to be cleaned up, whatever happens
 */
export async function tell(environment, atEnd) {
  const began = Date.now();
  const adminPassword = randomBytes(12).toString("hex");
  step(0, "A Postgres 17 that is not ready, and a stand-in for Ardent's service");
  const source = await startSource(adminPassword);
  atEnd(() => source.remove());
  say("wal_level is replica, wal2json is refused, app_writer owns the tables, public.events has no key.");
  const service = await startServer(process.execPath, [cli, "emulator", "--json"], environment);
  atEnd(() => service.stop());
  const { url: apiUrl, token, projectId } = service.details;
  say(
    `The stand-in answers at ${apiUrl}. It is not Ardent, but does its work on the source with the role's rights.`,
  );

  const stack = await createStack({
    ...environment,
    ARDENT_API_URL: apiUrl,
    ARDENT_TOKEN: token,
  });
  atEnd(() => stack.remove());
  await stack.set("host", source.host);
  await stack.set("port", String(source.port));
  await stack.set("egressIp", source.egressIp);
  await stack.set("projectId", projectId);
  await stack.setSecret("adminPassword", adminPassword);
  await stack.setSecret("ardentPassword", randomBytes(12).toString("hex"));

  step(1, "Preview: the source is not ready, and nothing is changed");
  const first = await stack.pulumi("preview");
  expect(
    first.code !== 0 && first.output.includes("wal-level"),
    "the first preview should fail on wal-level",
  );

  step(2, "The fixes, as preflight prints them");
  for (const { id, fix } of await failing(source, adminPassword, atEnd)) {
    for (const statement of fix.sql) {
      command(`psql -c ${JSON.stringify(statement)}    # ${id}, needs a ${fix.effect}`);
      await source.psql(statement);
    }
  }
  // What the preview warned of: app_writer owns the database, and so schema public.
  const pinned = "ALTER ROLE postgres IN DATABASE shop SET search_path = pg_catalog, pg_temp";
  command(`psql -c ${JSON.stringify(pinned)}    # admin-search-path`);
  await source.psql(pinned);
  command("docker restart");
  await source.restart();

  step(3, "Preview again: this deployment will fix the rest");
  const second = await stack.pulumi("preview");
  expect(second.code === 0 && second.output.includes("pending"), "the second preview should pass");

  step(4, "Up: role, grants, default privileges, preflight, connector, replication");
  const up = await stack.pulumi("up");
  expect(up.code === 0, "up should succeed");

  step(5, "A row that the application inserts arrives, and so do tables that it creates later");
  const connectorId = /connectorId *: "([^"]+)"/.exec(up.output)?.[1];
  await source.psql("INSERT INTO orders (customer, total) VALUES ('Ada', 42)", "app_writer");
  await source.psql("CREATE TABLE coupons (code text PRIMARY KEY)", "app_writer");
  const changes = `${apiUrl.replace(/\/v1$/, "")}/emulator/connectors/${connectorId}/changes?wait=20`;
  const reply = await fetch(changes, { headers: { authorization: `Bearer ${token}` } });
  const { changes: seen = [] } = /** @type {{ changes?: { table: string }[] }} */ (await reply.json());
  say(`the stand-in has seen: ${JSON.stringify(seen[0])}`);
  expect(
    seen.some(({ table }) => table === "public.orders"),
    "the emulator should receive the row",
  );
  say(`access to public.coupons, created after the deployment:\n${await source.psql("\\dp public.coupons")}`);

  step(6, "Up again: nothing to do, and every check passes with our own slot");
  const again = await stack.pulumi("up");
  expect(again.code === 0 && again.output.includes("unchanged"), "the second up should change nothing");

  step(7, "A grant is revoked by hand: the next preview shows it, and a refresh restores it");
  command('psql -c "REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM ardent_replication"');
  await source.psql("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM ardent_replication");
  const drift = await stack.pulumi("preview", "--diff");
  expect(/read-tables *: "pass" => "fail"/.test(drift.output), "the drift should be shown");
  const healed = await stack.pulumi("up", "--refresh");
  expect(healed.code === 0, "up --refresh should restore it");

  step(8, "Destroy: nothing is left on the source");
  const destroyed = await stack.pulumi("destroy");
  expect(destroyed.code === 0, "destroy should succeed");
  const left = await source.psql(
    "SELECT (SELECT count(*) FROM pg_replication_slots) AS slots, (SELECT count(*) FROM pg_event_trigger) AS " +
      "event_triggers, (SELECT count(*) FROM pg_roles WHERE rolname = 'ardent_replication') AS roles",
  );
  say(left);
  expect(/0 \|\s+0 \|\s+0/.test(left), "nothing should be left");

  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`
The demo is complete, in ${seconds} seconds. What next:
  - examples/quickstart is the program that ran; README.md explains how to use it in your own project
  - check your own source first (a temporary slot is created there and dropped):
      node dist/cli/main.js preflight postgresql://postgres@your-host:5432/your-db --schemas public`);
}

/** The checks of the server that fail, with their fixes, as the command line prints them for machines. */
async function failing(source, password, atEnd) {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-decisions-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const decisions = join(folder, "decisions.json");
  await writeFile(decisions, JSON.stringify({ "public.events": "exclude" }));
  const url = `postgresql://postgres@${source.host}:${source.port}/shop`;
  const args = ["preflight", url, "--role", "ardent_replication", "--schemas", "public", "--output", "json"];
  command(`pulumi-ardent ${args.join(" ")} --replica-identity-decisions decisions.json`);
  const { output } = await run(process.execPath, [cli, ...args, "--replica-identity-decisions", decisions], {
    env: { PGPASSWORD: password },
    quiet: true,
  });
  return JSON.parse(output).checks.filter(
    ({ category, outcome, fix }) => category === "server" && outcome === "fail" && fix.sql.length > 0,
  );
}

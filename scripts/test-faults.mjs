// npm run test:faults [-- --rounds 3]: gives every faulty answer at every call of a stack's life, kills the provider and the
// engine there, and writes what became of it into docs/reliability.md. Takes long; npm test takes what matters most.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { renderKills, renderReplies, summarize } from "./faults/table.mjs";
import { build } from "./lib/build.mjs";
import { nodeProgram } from "./lib/environment.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain, say } from "./lib/report.mjs";
import { setup } from "./setup.mjs";

const PAGE = join(repository, "docs", "reliability.md");
const LANES = 3;
const BEGIN = "<!-- What follows was written by `npm run test:faults`. -->";

runMain(async () => {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "1" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds is a number from 1");
  const environment = await setup({ majors: [17] });
  await build();
  say(`About ${12 * rounds} minutes on 2 cores with nothing else to do.`);

  const folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-faults-"));
  const file = (name) => join(folder, name);
  const killing = (lane, more) =>
    runLane(lane, "kill-points", {
      ...environment,
      FAULT_OUTCOMES: file("kills"),
      FAULT_ROUNDS: String(rounds),
      ...more,
    });
  try {
    const codes = [
      await runLane("replies", "faulty-replies", { ...environment, FAULT_OUTCOMES: file("replies") }),
      // Side by side, as an engine waits half of its time; each has its own Postgres and its own state.
      ...(await Promise.all(
        Array.from({ length: LANES }, (_, lane) =>
          killing(`lane ${lane + 1}`, { FAULT_LANE: `${lane + 1}/${LANES}` }),
        ),
      )),
      await killing("whole source", { FAULT_LANE: "1/1", FAULT_PROGRAM: "whole source" }),
    ];
    const replies = await outcomesOf(file("replies"));
    const kills = await outcomesOf(file("kills"));
    const written = [
      "### Wrong answers",
      summarize("wrong answers", replies),
      renderReplies(replies),
      "### Kills",
      summarize("kills", kills),
      renderKills(kills),
    ].join("\n\n");
    say(`\n${written}`);
    const head = (await readFile(PAGE, "utf8")).split(BEGIN)[0];
    await writeFile(PAGE, `${head}${BEGIN}\n\n${written}\n`);
    process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What the tests have added to a file, a line of JSON each. */
async function outcomesOf(file) {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** One of the tests, told line by line. @returns {Promise<number>} the exit code */
async function runLane(lane, test, environment) {
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(nodeProgram(), [vitest, "run", `test/faults/${test}`, "--reporter=verbose"], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface(child.stdout).on("line", (line) => line.trim() !== "" && say(`[${lane}] ${line.trim()}`));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
}

// npm run test:faults [-- --rounds 3]: kills the provider and the engine at every call of a stack's life, and writes
// what became of it into docs/reliability.md. Takes long; npm test takes the calls that matter most.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { renderTable, summarize } from "./faults/table.mjs";
import { build } from "./lib/build.mjs";
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
  const file = join(folder, "outcomes");
  try {
    // Side by side, as an engine waits half of its time; each has its own Postgres and its own state.
    const codes = await Promise.all([
      ...Array.from({ length: LANES }, (_, lane) =>
        runLane(`lane ${lane + 1}`, {
          ...environment,
          FAULT_OUTCOMES: file,
          FAULT_LANE: `${lane + 1}/${LANES}`,
          FAULT_ROUNDS: String(rounds),
        }),
      ),
    ]);
    codes.push(
      await runLane("whole source", {
        ...environment,
        FAULT_OUTCOMES: file,
        FAULT_LANE: "1/1",
        FAULT_ROUNDS: String(rounds),
        FAULT_PROGRAM: "whole source",
      }),
    );
    const outcomes = (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const written = `${summarize(outcomes)}\n\n${renderTable(outcomes)}`;
    say(`\n${written}`);
    const head = (await readFile(PAGE, "utf8")).split(BEGIN)[0];
    await writeFile(PAGE, `${head}${BEGIN}\n\n${written}\n`);
    process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** One share of the kills, told line by line. @returns {Promise<number>} the exit code */
async function runLane(lane, environment) {
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "test/faults", "--reporter=verbose"], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface(child.stdout).on("line", (line) => line.trim() !== "" && say(`[${lane}] ${line.trim()}`));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
}

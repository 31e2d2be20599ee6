import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Stories on a real engine, and other files that take longest: begun last, one of them would run alone at the end. */
const LONG =
  /\/test\/(engine|faults|hostile)\/|\/(awkward-names|fix-script-sources|verdict-and-operation)\.test\.ts$/;

/**
 * Files whose tests leave nothing in their process: they run in a few that load the package once, instead of each in one
 * of its own, which takes longer than most of them.
 */
const SHARING = ["test/preflight/{checks,facts,judge}/*.test.ts"];
const SHARING_NAME = "checks";

/** Starts the files that take long first, and side by side those that share a process; the others as vitest would. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification) =>
      LONG.test(moduleId) ? 0 : project.name === SHARING_NAME ? 1 : 2;
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

const common = {
  testTimeout: 60_000,
  hookTimeout: 180_000,
  pool: "forks",
  // Most tests wait for a server or an engine: two more at a time than there are cores.
  maxWorkers: availableParallelism() + 2,
} as const;

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...common, name: SHARING_NAME, include: SHARING, isolate: false } },
      { test: { ...common, name: "others", include: ["test/**/*.test.ts"], exclude: SHARING } },
    ],
  },
});

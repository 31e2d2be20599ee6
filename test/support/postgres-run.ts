// What vitest's main process and its workers agree on.

/** Label of every container of a run; its value begins with the process id of vitest's main process. */
export const RUN_LABEL = "pulumi-ardent.test-run";

/** Environment variable: the value of that label. */
export const RUN_VARIABLE = "PULUMI_ARDENT_TEST_RUN";

/** Environment variable: URL of the broker of shared servers. */
export const BROKER_VARIABLE = "PULUMI_ARDENT_TEST_BROKER";

/** Environment variable: folder of the copy of the built package that the tests run. */
export const PACKAGE_VARIABLE = "PULUMI_ARDENT_TEST_PACKAGE";

/** Environment variable: the pattern by which only some tests are run; unset without one. */
export const FILTER_VARIABLE = "PULUMI_ARDENT_TEST_FILTER";

/**
 * The value of one of these variables.
 *
 * @throws Error before the setup
 */
export function fromRun(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error("The toolchain is not set up. Run: npm run setup");
  return value;
}

// What vitest's main process and its workers agree on.

/** Label of every container of a run; its value begins with the process id of vitest's main process. */
export const RUN_LABEL = "pulumi-ardent.test-run";

/** Environment variable: the value of that label. */
export const RUN_VARIABLE = "PULUMI_ARDENT_TEST_RUN";

/** Environment variable: URL of the broker of shared servers. */
export const BROKER_VARIABLE = "PULUMI_ARDENT_TEST_BROKER";

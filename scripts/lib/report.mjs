// The messages of the scripts to their user: what they do, how long it may take, and what to do if it fails.

/** A failure that the reader can act on; printed without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} what - what could not be done
   * @param {string} fix - what to do about it
   */
  constructor(what, fix) {
    super(`${what}\n  ${fix}`);
    this.name = "SetupError";
  }
}

/** Long steps show that they are alive this often. */
const HEARTBEAT_MS = 30_000;

/** @param {string} text */
export function say(text) {
  console.log(text);
}

/**
 * Announces a step, does it, and says how long it took.
 *
 * @template T
 * @param {string} title - in the present participle: "Building …"
 * @param {string} expected - how long it may take: "about 4 minutes"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, expected, work) {
  say(`- ${title} (${expected})`);
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const heartbeat = setInterval(() => say(`  … ${title}: ${seconds()} s so far`), HEARTBEAT_MS);
  try {
    const result = await work();
    say(`  done: ${title} (${seconds()} s)`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * Runs a script's main function; a failure ends the process with 1.
 *
 * @param {() => Promise<void>} main
 */
export function runMain(main) {
  main().catch((error) => {
    console.error(error instanceof SetupError ? `\nerror: ${error.message}` : error);
    process.exit(1);
  });
}

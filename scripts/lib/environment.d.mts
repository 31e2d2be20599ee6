/** What setup found and built. */
export interface Toolchain {
  /** Holds pulumi and the language host. */
  engineFolder: string;
  /** Holds the Node that was fetched, where the machine's is too old. */
  nodeFolder?: string;
  /** Holds the plugins. */
  pulumiHome: string;
  /** Whether testcontainers' own cleaner can be had. */
  reaper: boolean;
}

/** @returns what an earlier setup wrote, if there was one */
export function readToolchain(): Toolchain | undefined;

/**
 * @returns variables to add to a child process's environment, in which `pulumi` is the project's engine
 * @throws before the first setup
 */
export function toolchainEnvironment(): Record<string, string>;

import type { ArdentClient } from "../../ardent/client";
import { printable } from "../../printable";
import type { StackConfig } from "../provider";
import { log } from "./engine-log";
import { requireService, requireServiceBriefly } from "./service";

/** What a provider that calls Ardent gets from outside; tests give it other parts. */
export interface ProviderContext {
  readonly service: (config: StackConfig | undefined) => ArdentClient;
  /** The same for requests whose answer a run can continue without; default: `service`. */
  readonly briefService?: (config: StackConfig | undefined) => ArdentClient;
  /** Takes a line for the user. stdout is shown live under the stack, unmasked: only pass text that was made for printing. */
  readonly print: (line: string) => void;
  /**
   * The minimum time between two polls of an operation, or two searches for a connector, in milliseconds; default 1 s.
   */
  readonly pollMs?: number;
}

/** The context of a real deployment. */
export const defaultContext: ProviderContext = {
  service: requireService,
  briefService: requireServiceBriefly,
  print: (line) => log(printable(line)),
};

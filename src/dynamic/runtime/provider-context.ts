import type { ArdentClient } from "../../ardent/client";
import { print } from "../../output";
import { printable } from "../../printable";
import type { StackConfig } from "../provider";
import { requireService } from "./service";

/** What a provider that calls Ardent gets from outside; tests give it other parts. */
export interface ProviderContext {
  readonly service: (config: StackConfig | undefined) => ArdentClient;
  /** Takes a line for the user. stdout is shown live under the stack, unmasked: only what was made for printing. */
  readonly print: (line: string) => void;
  /**
   * Least time between two questions about an operation or about a connector that was perhaps made, in milliseconds;
   * default 1 s.
   */
  readonly pollMs?: number;
}

/** The context of a real deployment. */
export const defaultContext: ProviderContext = {
  service: requireService,
  print: (line) => print(printable(line)),
};

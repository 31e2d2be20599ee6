import { InvalidArgumentError } from "commander";

const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * Reads a time such as 30s, 10m or 2h.
 *
 * @returns milliseconds
 */
export function readDuration(text: string): number {
  const [, number, unit] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError("Write a number followed by s, m or h, for example 30s, 10m or 2h.");
  return Number(number) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
}

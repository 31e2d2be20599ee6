import type { Writes } from "../facts/writes";
import { megabytes } from "./retained-wal";

/** How fast the server writes WAL, and how this was measured. */
export interface WalRate {
  readonly bytesPerSecond: number;
  /** Such as "average of 3 days". */
  readonly basis: string;
}

/** An average over a shorter time depends too much on the moment; the last checkpoint is at most minutes old. */
const LEAST_SECONDS = { statistics: 3600, checkpoint: 60 };

/** @returns undefined if it has not been counted for long enough, or not at all */
export function walRate({ wal }: Writes): WalRate | undefined {
  if (wal === undefined || wal.seconds < LEAST_SECONDS[wal.since]) return undefined;
  return {
    bytesPerSecond: wal.bytes / wal.seconds,
    basis:
      wal.since === "statistics"
        ? `average of ${duration(wal.seconds)}`
        : `average of the ${duration(wal.seconds)} since the last checkpoint`,
  };
}

/** Writes a rate: "12 MB a day". */
export function perDay({ bytesPerSecond, basis }: WalRate): string {
  return `${megabytes(bytesPerSecond * 86_400)} a day (${basis})`;
}

/** Writes a time in the largest unit of which there are two or more: "90 min", "36 h", "12 d". */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return seconds < 365 * 86_400 ? `${Math.floor(seconds / 86_400)} d` : "over a year";
}

/**
 * How much WAL a slot that is being read may keep before somebody should look: a load or a long transaction takes it
 * some gigabytes back for a while.
 */
export const ACTIVE_SLOT_LAG_LIMIT_BYTES = 10 * 1024 ** 3;

/** Writes an amount of WAL: "12 MB". */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}

/**
 * How much WAL an active slot may retain before it is reported: a bulk load or a long transaction can make it lag some
 * gigabytes for a while.
 */
export const ACTIVE_SLOT_LAG_LIMIT_BYTES = 10 * 1024 ** 3;

/** Writes an amount of WAL: "12 MB". */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}

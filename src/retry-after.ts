/** The longest Retry-After that is used: a longer one is probably a mistake. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * Reads Retry-After in both of its forms: seconds, or a date.
 *
 * @returns milliseconds, a day at most; undefined if it is missing or neither of them
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(LONGEST_MS, Math.max(0, milliseconds));
}

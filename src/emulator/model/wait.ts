/**
 * Waits for an event with a time limit, for long polls.
 *
 * @param event - resolves when there is something to answer
 * @param seconds - the longest wait; 0 does not wait
 * @param signal - the request's: a caller who went away is not waited for
 */
export async function waitFor(event: Promise<unknown>, seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds <= 0 || signal.aborted) return;
  let timer: NodeJS.Timeout | undefined;
  let give: (() => void) | undefined;
  const limit = new Promise<void>((resolve) => {
    give = resolve;
    timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", give, { once: true });
  });
  try {
    await Promise.race([event, limit]);
  } finally {
    clearTimeout(timer);
    if (give !== undefined) signal.removeEventListener("abort", give);
  }
}

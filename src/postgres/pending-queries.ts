/** What a server was asked and has not answered yet. */
export interface PendingQueries {
  /** Counts a query until it is answered, well or badly. */
  add(query: Promise<unknown>): void;
  count(): number;
  /** Resolves with the next answer; rejects never. */
  next(): Promise<void>;
}

/**
 * Keeps count of what a server owes an answer to. It answers one query at a time: whichever answer comes, it is not
 * silent.
 *
 * @param limitMs - how long it may be silent while it owes one
 * @param onSilence - told when it has been
 */
export function unansweredQueries(limitMs: number, onSilence: () => void): PendingQueries {
  let count = 0;
  let silence: NodeJS.Timeout | undefined;
  let heard = () => {};
  const listen = () => {
    clearTimeout(silence);
    if (count > 0) silence = setTimeout(onSilence, limitMs);
  };
  const answered = () => {
    count -= 1;
    listen();
    heard();
  };
  return {
    add: (query) => {
      count += 1;
      if (count === 1) listen();
      query.then(answered, answered);
    },
    count: () => count,
    next: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
  };
}

/** The queries that a server has not answered yet. */
export interface PendingQueries {
  /** Counts a query until it succeeds or fails. */
  add(query: Promise<unknown>): void;
  count(): number;
  /** Resolves with the next answer; never rejects. */
  next(): Promise<void>;
}

/**
 * Counts the unanswered queries of a session. The server answers one query at a time, so any answer shows that it
 * responds.
 *
 * @param limitMs - how long the server may send no answer while a query is unanswered
 * @param onSilence - called after that time
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

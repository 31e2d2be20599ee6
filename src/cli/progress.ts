import { printableValue } from "../printable-text";

/** A line that says what is being done, and is gone when it is done. */
export interface Progress {
  show(line: string): void;
  clear(): void;
}

/** Clears the line and puts the cursor at its start. */
const CLEAR = "\r\u001b[K";

/**
 * Shows progress where somebody watches: on a terminal. Anywhere else it would only fill a log.
 *
 * @param stream - stderr, so that stdout holds the report alone
 */
export function progressOn(stream: Pick<NodeJS.WriteStream, "isTTY" | "write">): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (line) => void stream.write(`${CLEAR}${printableValue(line)} …`),
    clear: () => void stream.write(CLEAR),
  };
}

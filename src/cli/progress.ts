import { printableValue } from "../printable-text";

/** A line that shows the current step, and is removed at the end. */
export interface Progress {
  show(line: string): void;
  clear(): void;
}

/** Clears the line and puts the cursor at its start. */
const CLEAR = "\r\u001b[K";

/**
 * Shows progress on a terminal. Anywhere else it would only fill a log.
 *
 * @param stream - stderr, so that stdout contains only the report
 */
export function progressOn(stream: Pick<NodeJS.WriteStream, "isTTY" | "write">): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (line) => void stream.write(`${CLEAR}${printableValue(line)} …`),
    clear: () => void stream.write(CLEAR),
  };
}

import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { ConnectionError } from "./connection-error";

/** How much a server may send in one session, without TLS. For 100,000 tables preflight reads a few MB. */
export const SESSION_LIMIT_BYTES = 64 * 1024 * 1024;

/** How many rows one query may return. */
export const QUERY_LIMIT_ROWS = 100_000;

/** pg's connection, with the method that makes it read a stream. */
export interface ReadingConnection extends EventEmitter {
  attachListeners(stream: Duplex): void;
}

/**
 * Limits what a server sends: pg itself keeps every row, and buffers every message until it is complete, so an endless
 * answer would end the process. If pg cannot parse a message, it throws an error that no caller can catch; here it ends
 * only the session, not the process.
 *
 * @param connection - pg's, not connected yet
 * @param stop - called once; nothing is read after it
 * @param limitBytes - how much it may send in all; {@link SESSION_LIMIT_BYTES} unless it streams
 */
export function limitTraffic(
  connection: ReadingConnection,
  stop: (error: ConnectionError) => void,
  limitBytes = SESSION_LIMIT_BYTES,
): void {
  let bytes = 0;
  let rows = 0;
  let stopped = false;
  const end = (error: ConnectionError) => {
    if (stopped) return;
    stopped = true;
    stop(error);
  };
  const guarded = (parse: (chunk: Buffer) => void) => (chunk: Buffer) => {
    if (stopped) return;
    bytes += chunk.length;
    if (bytes > limitBytes) {
      const limit = `${limitBytes / 1024 / 1024} MiB`;
      return end(new ConnectionError("TOO_MUCH_DATA", `the server sent more than ${limit} in one session`));
    }
    try {
      parse(chunk);
    } catch (error) {
      end(
        error instanceof ConnectionError
          ? error
          : new ConnectionError("PROTOCOL", "what the server sent is not Postgres' protocol", error),
      );
    }
  };
  connection.on("dataRow", () => {
    rows += 1;
    if (rows > QUERY_LIMIT_ROWS)
      end(
        new ConnectionError(
          "TOO_MUCH_DATA",
          `the server sent more than ${QUERY_LIMIT_ROWS} rows for one query`,
        ),
      );
  });
  connection.on("readyForQuery", () => (rows = 0));

  const attach = connection.attachListeners.bind(connection);
  // Once for the socket, or for the TLS stream around it: the parser of pg gets its data from here.
  connection.attachListeners = (stream) => {
    const others = stream.listeners("data");
    attach(stream);
    for (const listener of stream.listeners("data")) {
      if (others.includes(listener)) continue;
      stream.off("data", listener as (chunk: Buffer) => void);
      stream.on("data", guarded(listener as (chunk: Buffer) => void));
    }
  };
}

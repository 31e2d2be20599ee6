import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A message of the server: its type, and what follows the length. */
export function message(type: string, body: Buffer | string = ""): Buffer {
  const content = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

/** An Authentication message of one kind: 0 is Ok, 10 offers SASL, 11 continues it. */
export function authentication(kind: number, rest: Buffer | string = ""): Buffer {
  return message("R", Buffer.concat([int32(kind), Buffer.from(rest)]));
}

/** One column, of text unless the server says that it is of another type; `count` rows of it. */
export function textRows(name: string, value: string, count: number, typeOid = 25): Buffer {
  return Buffer.concat([rowDescription([[name, typeOid]]), ...Array<Buffer>(count).fill(dataRow([value]))]);
}

/** What follows the login: the server is ready. */
export const READY = Buffer.concat([
  authentication(0),
  message("K", Buffer.concat([int32(4711), int32(42)])),
  message("Z", "I"),
]);

export const ROW_END = Buffer.concat([message("C", "SELECT 1\0"), message("Z", "I")]);

/** What a played server does; each handler writes what it wants. */
export interface FakePostgres {
  /** After the start-up message; accepts every login by default. */
  readonly onStartup?: (socket: Socket) => void;
  /** After the password or a step of SASL. */
  readonly onPassword?: (socket: Socket) => void;
  /** After each query but the session's first. */
  readonly onQuery?: (socket: Socket) => void;
  /** What it says its version is. */
  readonly version?: string;
}

/** A running one. */
export interface RunningPostgres {
  readonly port: number;
  /** Requests to cancel a statement. */
  readonly cancelRequests: () => number;
  /** Sockets that are still open. */
  readonly open: () => number;
  stop(): void;
}

/** Plays a Postgres on loopback, without TLS: it does to its clients whatever it is told to, over real sockets. */
export async function playPostgres({
  onStartup = (socket) => void socket.write(READY),
  onPassword = () => {},
  onQuery = () => {},
  version = "170011",
}: FakePostgres): Promise<RunningPostgres> {
  const sockets = new Set<Socket>();
  let cancelRequests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let pending = Buffer.alloc(0);
    let started = false;
    let introduced = false;
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const typed = started ? 1 : 0;
        if (pending.length < typed + 4) return;
        const length = typed + pending.readInt32BE(typed);
        if (pending.length < length) return;
        const received = pending.subarray(0, length);
        pending = pending.subarray(length);
        if (!started) {
          const code = received.readInt32BE(4);
          if (code === SSL_REQUEST) socket.write("N");
          else if (code === CANCEL_REQUEST) {
            cancelRequests += 1;
            socket.end();
          } else {
            started = true;
            onStartup(socket);
          }
          continue;
        }
        const type = String.fromCharCode(received[0] ?? 0);
        if (type === "p") onPassword(socket);
        // A simple query, or the end of an extended one.
        if (type !== "Q" && type !== "S") continue;
        if (introduced) onQuery(socket);
        else socket.write(introduction(version));
        introduced = true;
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cancelRequests: () => cancelRequests,
    open: () => sockets.size,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** What a session asks at its beginning (src/postgres/session.ts): who the server is, and its search_path. */
const introduction = (version: string) =>
  Buffer.concat([
    ...["BEGIN\0", "SET\0", "SELECT 1\0", "SELECT 1\0"].map((tag) => message("C", tag)),
    rowDescription([
      ["serverVersionNum", Number.isInteger(Number(version)) ? 23 : 25],
      ["backendPid", 23],
      ["direct", 16],
      ["serverAddress", 25],
      ["serverPort", 23],
    ]),
    dataRow([version, "4711", "t", "127.0.0.1", "5432"]),
    message("C", "SELECT 1\0"),
    message("C", "COMMIT\0"),
    rowDescription([["search_path", 25]]),
    dataRow(["pg_catalog, pg_temp"]),
    message("C", "SHOW\0"),
    message("Z", "I"),
  ]);

function rowDescription(columns: readonly (readonly [name: string, typeOid: number])[]): Buffer {
  const fields = columns.map(([name, typeOid]) => {
    const rest = Buffer.alloc(18);
    rest.writeInt32BE(typeOid, 6);
    return Buffer.concat([Buffer.from(`${name}\0`), rest]);
  });
  return message("T", Buffer.concat([int16(columns.length), ...fields]));
}

function dataRow(values: readonly string[]): Buffer {
  const fields = values.map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  return message("D", Buffer.concat([int16(values.length), ...fields]));
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

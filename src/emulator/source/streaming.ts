import { setTimeout as delay } from "node:timers/promises";
import { Connection } from "pg";
import { LogicalReplicationService, Wal2JsonPlugin } from "pg-logical-replication";
import { ConnectionError } from "../../postgres/connection-error";
import { guardLogin } from "../../postgres/login-guard";
import { MAX_SCRAM_ITERATIONS } from "../../postgres/scram";
import { SAFE_STARTUP_OPTIONS } from "../../postgres/search-path";
import { limitTraffic, type ReadingConnection } from "../../postgres/session-budget";
import { pgSslOption } from "../../postgres/ssl-mode";
import { ddlMessagePrefix } from "./artifacts";
import { type Change, readChange, type Wal2JsonMessage } from "./changes";
import { explain } from "./session";
import type { Source } from "./source";

const firstRetryMs = 500;
const longestRetryMs = 5_000;

// Lets the server begin where the slot stands.
const nowhere = "0/0";

interface Session {
  /** Settles when the session is over. */
  readonly ended: Promise<unknown>;
}

/** A replication session that reads a slot until it is stopped, and reconnects when it is lost. */
export class Stream {
  private service: LogicalReplicationService | undefined;
  /** The position up to which everything has been delivered: the next session starts here, without duplicates. */
  private received = nowhere;
  private stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  /**
   * @param onTransaction - gets the changes of a committed transaction, each transaction once
   * @param onState - told why the session was lost, and undefined when it streams
   */
  constructor(
    private readonly slot: string,
    private readonly onTransaction: (changes: Change[]) => void,
    private readonly onState: (error: string | undefined) => void,
  ) {}

  /** Starts streaming; resolves when the server has accepted, so that the slot is active. */
  async start(source: Source): Promise<void> {
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const session = await this.open(source);
    this.loop = this.keepOpen(source, session, signal);
  }

  /** Continues with other credentials, and retries until the server accepts them. */
  async restart(source: Source): Promise<void> {
    await this.stop();
    this.stopping = new AbortController();
    this.loop = this.keepOpen(source, undefined, this.stopping.signal);
  }

  /** Starts at once if the server accepts the login, otherwise retries. */
  async resume(source: Source): Promise<void> {
    await this.stop();
    try {
      await this.start(source);
    } catch (error) {
      this.onState(explain(error));
      await this.restart(source);
    }
  }

  /** Ends the session; the slot stays. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.service?.destroy();
    await this.loop;
  }

  private async keepOpen(source: Source, first: Session | undefined, signal: AbortSignal): Promise<void> {
    let session = first;
    let pause = firstRetryMs;
    while (!signal.aborted) {
      try {
        if (session === undefined) {
          await delay(pause, undefined, { signal });
          pause = Math.min(pause * 2, longestRetryMs);
          session = await this.open(source);
          pause = firstRetryMs;
          // stop() may have come while there was no session to end yet.
          if (signal.aborted) await this.service?.destroy();
        }
        await session.ended;
        session = undefined;
      } catch (error) {
        session = undefined;
        if (!signal.aborted) this.onState(explain(error));
      }
    }
  }

  /** Opens a session; resolves when it streams. */
  private async open(source: Source): Promise<Session> {
    const ssl = pgSslOption(source.sslMode, source.caCertificate);
    const connection = new Connection({ ssl }) as Connection & ReadingConnection;
    const guard = guardLogin(connection, source);
    // A stream has no end, and so no limit; what cannot be parsed ends it here, and would end the process in pg.
    limitTraffic(connection, (error) => connection.stream.destroy(error), Number.POSITIVE_INFINITY);
    const service = new LogicalReplicationService(
      {
        // Made here, so that the guard hears the server before pg does; pg's types leave it out.
        ...{ connection, scramMaxIterations: MAX_SCRAM_ITERATIONS },
        host: source.host,
        port: source.port,
        user: source.user,
        password: () => {
          guard.check();
          if (source.password) return source.password;
          throw new ConnectionError("PASSWORD_MISSING", "the server asks for a password, and there is none");
        },
        database: source.database,
        ssl,
        application_name: "ardent-emulator",
        options: SAFE_STARTUP_OPTIONS,
        connectionTimeoutMillis: 5_000,
      },
      { acknowledge: { auto: false, timeoutSeconds: 0 } },
    );
    this.service = service;
    let transaction: Change[] = [];
    service.on("error", () => {}); // subscribe() rejects with the same error
    service.on("heartbeat", async (lsn) => {
      // In the middle of a transaction only what was complete before it may be let go.
      if (transaction.length === 0) this.received = lsn;
      if (this.received !== nowhere) await service.acknowledge(preceding(this.received));
    });
    service.on("data", async (_lsn, message: Wal2JsonMessage) => {
      if (message.action !== "C") {
        const change = readChange(message);
        if (change !== undefined) transaction.push(change);
        return;
      }
      // Only complete transactions are delivered and acknowledged: after a lost session, an incomplete one is repeated.
      if (transaction.length > 0) this.onTransaction(transaction);
      transaction = [];
      if (message.nextlsn === undefined) return;
      this.received = message.nextlsn;
      await service.acknowledge(preceding(this.received));
    });
    const started = new Promise<void>((resolve) => service.once("start", resolve));
    const ended = service.subscribe(
      new Wal2JsonPlugin({
        formatVersion: "2",
        includeLsn: true,
        includeTransaction: true,
        includeTypes: false,
        addMsgPrefixes: ddlMessagePrefix,
      }),
      this.slot,
      this.received,
    );
    await Promise.race([started, ended]);
    this.onState(undefined);
    return { ended };
  }
}

/**
 * The byte before a position in the WAL. The library takes the last byte received and reports the one after it,
 * whereas `nextlsn` and heartbeats already tell where the next record begins: reported one byte too far, a commit
 * that begins exactly there would be skipped after a reconnect.
 */
function preceding(lsn: string): string {
  const [high = "0", low = "0"] = lsn.split("/");
  const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) - 1n;
  return `${(position >> 32n).toString(16)}/${(position & 0xffffffffn).toString(16)}`;
}

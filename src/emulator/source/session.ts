import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { UserError } from "../../errors";
import { openSession, type Session } from "../../postgres/session";
import { sqlState } from "../../postgres/sqlstate";
import { type Source, SourceError } from "./source";

const connectTimeoutMs = 5_000;
const replicationCommandTimeoutMs = 15_000;

/** Server-side limits of a session, in milliseconds. */
export interface Limits {
  /** Longest statement. Defaults to 30000. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock. Defaults to 5000. */
  readonly lockTimeoutMs?: number;
}

/** Opens a session, calls a function with it, and always closes it. */
export async function withSession<T>(
  source: Source,
  work: (session: Session) => Promise<T>,
  limits?: Limits,
): Promise<T> {
  return closing(await openSession(source, sessionOptions(limits)), work);
}

/** The same for a replication session, which takes replication commands as well as SQL. */
export async function withReplicationSession<T>(
  source: Source,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(source, {
    ...sessionOptions(),
    replication: "database",
    // statement_timeout does not bound replication commands.
    signal: AbortSignal.timeout(replicationCommandTimeoutMs),
  });
  return closing(session, work);
}

/**
 * Connects to the source's IPv4 address, and only that: the runbook says that IPv6-only hosts are not supported.
 *
 * @returns the address
 */
export async function reach(source: Source): Promise<string> {
  const { address } = await lookup(source.host, { family: 4 }).catch((error: NodeJS.ErrnoException) => {
    throw new SourceError(`${source.host} has no IPv4 address (${error.code})`);
  });
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: address, port: source.port, timeout: connectTimeoutMs });
    const fail = (reason: string) => {
      socket.destroy();
      reject(new SourceError(`${source.host}:${source.port} cannot be reached: ${reason}`));
    };
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => fail(`no answer in ${connectTimeoutMs / 1000} s`));
    socket.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  });
  return address;
}

/** Describes an error of a source in one line, with the SQLSTATE if there is one. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error instanceof UserError ? oneLine(error) : error.message;
  const state = sqlState(error);
  return state === undefined ? message : `${message} [SQLSTATE ${state}]`;
}

/** Every problem, as the service's other errors are written: what, with the values, and how to fix it. */
function oneLine({ summary, problems }: UserError): string {
  const texts = problems.map(({ object, what, current, needed, fix }) =>
    [
      object === undefined ? what : `${object}: ${what}`,
      ...(current === undefined ? [] : [`current: ${current}`]),
      ...(needed === undefined ? [] : [`needed: ${needed}`]),
      ...(fix === undefined ? [] : [`fix: ${fix.replaceAll("\n", "; ")}`]),
    ].join("; "),
  );
  return [summary, ...texts].join("; ");
}

function sessionOptions(limits: Limits = {}) {
  return {
    applicationName: "ardent-emulator",
    connectTimeoutMs,
    statementTimeoutMs: limits.statementTimeoutMs ?? 30_000,
    lockTimeoutMs: limits.lockTimeoutMs ?? 5_000,
    // It replicates, which no pooler passes on, and its transactions are of several statements.
    direct: true,
  };
}

async function closing<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

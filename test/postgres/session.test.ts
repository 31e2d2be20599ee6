import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type ConnectionParts, connectionSettings } from "../../src/postgres/connection-settings";
import { openSession, type Session, type SessionOptions } from "../../src/postgres/session";
import { networkCode, SqlState, sqlState } from "../../src/postgres/sqlstate";
import { sharedPostgres } from "../support/postgres";

const open: Session[] = [];
const servers: Server[] = [];
let admin: ConnectionParts & { password: string };
let caCertificate: string;
beforeAll(async () => {
  ({ admin, caCertificate } = await sharedPostgres(17));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const session of open.splice(0)) await session.close();
  for (const each of servers.splice(0)) each.close();
});

const OPTIONS: SessionOptions = {
  applicationName: "session test",
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 10_000,
};

describe("a session", () => {
  it("knows the server and the backend", async () => {
    const session = await sessionOf();
    const [row] = await session.query<{ pid: number; version: string; name: string }>(
      "SELECT pg_backend_pid() AS pid, current_setting('server_version_num') AS version, current_setting('application_name') AS name",
    );
    expect(row).toEqual({
      pid: session.backendPid,
      version: String(session.serverVersionNum),
      name: "session test",
    });
    expect(session.direct).toBe(true);
  });

  it("ends a statement and a wait for a lock in time", async () => {
    const session = await sessionOf({}, { statementTimeoutMs: 200, lockTimeoutMs: 100 });
    expect(await failure(session.query("SELECT pg_sleep(20)"))).toBe(SqlState.queryCanceled);
    expect(await session.query("SHOW lock_timeout")).toEqual([{ lock_timeout: "100ms" }]);
  });

  it("runs queries while others are being answered, each with its own result", async () => {
    const session = await sessionOf({}, { pipeline: true });
    const outcomes = await Promise.allSettled([
      session.query("SELECT 1 AS n"),
      session.query("SELECT $1::int / 0", [1]),
      session.query("SELECT $1::int AS n", [3]),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled", value: [{ n: 1 }] },
      { status: "rejected", reason: { code: "22012" } },
      { status: "fulfilled", value: [{ n: 3 }] },
    ]);
  });

  it("writes nothing when it is read-only", async () => {
    const session = await sessionOf({}, { readOnly: true });
    expect(await failure(session.query("CREATE TABLE never (id int)"))).toBe("25006");
  });

  it("compiles no query, which takes longer than running it once", async () => {
    const session = await sessionOf();
    expect(await session.query("SHOW jit")).toEqual([{ jit: "off" }]);
  });

  it("finds only the catalog, with any search_path of the role or the database", async () => {
    const { createDatabase, query } = await sharedPostgres(17);
    const database = await createDatabase("planted");
    await query(
      `CREATE FUNCTION public.concat_ws(text, text, text) RETURNS text LANGUAGE sql AS $$SELECT 'planted'$$;
       ALTER DATABASE ${database} SET search_path = public, pg_catalog`,
      [],
      { database },
    );
    const session = await sessionOf({ database });
    expect(await session.query("SELECT concat_ws('-'::text, 'a'::text, 'b'::text) AS text")).toEqual([
      { text: "a-b" },
    ]);
    expect(await session.query("SHOW search_path")).toEqual([{ search_path: "pg_catalog, pg_temp" }]);
    await session.close();
    await query(`DROP DATABASE ${database}`);
  });

  it("runs statements outside a transaction, on the server itself", async () => {
    const session = await sessionOf();
    expect(await session.query("VACUUM pg_am")).toEqual([]);
  });

  it("takes values as parameters", async () => {
    const session = await sessionOf();
    expect(await session.query("SELECT $1::text AS a, $2::text[] AS b", ["'; --", null])).toEqual([
      { a: "'; --", b: null },
    ]);
  });

  it("speaks the replication protocol, with the same limits", async () => {
    const session = await sessionOf({}, { replication: "database", lockTimeoutMs: 700 });
    expect(await session.query("IDENTIFY_SYSTEM")).toMatchObject([{ dbname: "postgres" }]);
    expect(await session.query("SHOW lock_timeout")).toEqual([{ lock_timeout: "700ms" }]);
    expect(await session.query("SHOW search_path")).toEqual([{ search_path: "pg_catalog, pg_temp" }]);
  });

  it("reports a connection that was lost between two queries by the next one", async () => {
    const [session, other] = [await sessionOf(), await sessionOf()];
    await other.query("SELECT pg_terminate_backend($1, 5000)", [session.backendPid]);
    await expect(session.query("SELECT 1")).rejects.toThrow();
  });

  it("can be closed twice, and leaves no socket", async () => {
    const { sockets, ...proxied } = await proxy();
    const session = await sessionOf({ ...proxied, sslMode: "require" });
    const closed = Promise.all(sockets.map((socket) => closing(socket)));
    await session.close();
    await session.close();
    await closed;
  });
});

describe.each(["disable", "require", "verify-full"])("aborting a session (sslmode %s)", (sslMode) => {
  it("rejects the query with the reason, and closes the socket", async () => {
    const { sockets, ...proxied } = await proxy();
    const controller = new AbortController();
    const session = await sessionOf(
      { ...proxied, sslMode, caCertificate },
      { signal: controller.signal, statementTimeoutMs: 5_000 },
    );
    const closed = Promise.all(sockets.map((socket) => closing(socket)));
    const query = session.query("SELECT pg_sleep(5)");
    controller.abort(new Error("enough"));
    await expect(query).rejects.toThrow("enough");
    await expect(session.query("SELECT 1")).rejects.toThrow("enough");
    await closed;
  });

  it.each([1, 3])("cancels the running statement, and those in its pipeline (%i)", async (count) => {
    const [controller, observer] = [new AbortController(), await sessionOf()];
    const session = await sessionOf(
      { host: "localhost", sslMode, caCertificate },
      { signal: controller.signal, statementTimeoutMs: 120_000, pipeline: true },
    );
    const state = async () => {
      const [row] = await observer.query<{ event: string | null }>(
        "SELECT wait_event AS event FROM pg_stat_activity WHERE pid = $1",
        [session.backendPid],
      );
      return row?.event;
    };
    const queries = Array.from({ length: count }, () => session.query("SELECT pg_sleep(60)"));
    await expect.poll(state, { timeout: 10_000 }).toBe("PgSleep");
    controller.abort(new Error("enough"));
    for (const query of queries) await expect(query).rejects.toThrow("enough");
    await session.close();
    await expect.poll(state, { timeout: 10_000 }).toBeUndefined();
  });
});

describe("encryption", () => {
  const encrypted = async (parts: Partial<ConnectionParts>) => {
    const session = await sessionOf(parts);
    const [row] = await session.query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    return row?.ssl;
  };

  it("is as in the mode", async () => {
    expect(await encrypted({ sslMode: "disable" })).toBe(false);
    expect(await encrypted({ sslMode: "require" })).toBe(true);
    for (const sslMode of ["require", "verify-ca", "verify-full"])
      expect(await encrypted({ sslMode, caCertificate, host: "localhost" })).toBe(true);
  });

  it.each(["verify-ca", "verify-full"])("%s rejects a CA that is not trusted", async (sslMode) =>
    expect(await refusal({ sslMode })).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
  );

  it("only verify-full checks the host name", async () => {
    const { host, port } = await proxy("127.0.0.2");
    expect(await encrypted({ host, port, sslMode: "verify-ca", caCertificate })).toBe(true);
    expect(await refusal({ host, port, sslMode: "verify-full", caCertificate })).toBe(
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
  });

  it("does not fall back to plain text if the server has no TLS", async () => {
    const plain = await answering((socket) => socket.once("data", () => socket.write("N")));
    expect(await refusal({ ...plain, sslMode: "require" })).toBe("TLS_REFUSED");
  });
});

describe("a session that cannot be opened", () => {
  it("says so within the time given, and leaves no socket", async () => {
    let closed: Promise<unknown> | undefined;
    const silent = await answering((socket) => {
      socket.resume();
      closed = closing(socket);
    });
    expect(await refusal({ ...silent, sslMode: "disable" }, { connectTimeoutMs: 200 })).toBe("TIMEOUT");
    await closed;
  });

  it("recognizes a server that is not Postgres, or closes the connection", async () => {
    const http = await answering((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    expect(await refusal({ ...http, sslMode: "require" })).toBe("PROTOCOL");
    const rude = await answering((socket) => socket.once("data", () => socket.end()));
    expect(await refusal({ ...rude, sslMode: "disable" })).toBe("PROTOCOL");
  });

  it("keeps the codes of Node and of the server", async () => {
    const { port } = await answering(() => {});
    servers.pop()?.close();
    expect(await refusal({ port, host: "127.0.0.1" })).toBe("ECONNREFUSED");
    expect(await refusal({ host: "no-such-host.invalid" })).toBe("ENOTFOUND");
    expect(await refusal({ password: "wrong" })).toBe(SqlState.invalidPassword);
    expect(await refusal({ database: "no such database" })).toBe(SqlState.invalidCatalogName);
  });

  it("does not look for a password elsewhere", async () => {
    vi.stubEnv("PGPASSWORD", admin.password);
    const { password: _, ...withoutPassword } = admin;
    expect(await failure(openSession(connectionSettings(withoutPassword), OPTIONS))).toBe("PASSWORD_MISSING");
  });

  it("does not connect at all when it is aborted before", async () => {
    const { sockets, ...proxied } = await proxy();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(sessionOf(proxied, { signal })).rejects.toThrow("enough");
    expect(sockets).toEqual([]);
  });
});

async function sessionOf(parts: Partial<ConnectionParts> = {}, options: Partial<SessionOptions> = {}) {
  const session = await openSession(connectionSettings({ ...admin, ...parts }), { ...OPTIONS, ...options });
  open.push(session);
  return session;
}

function refusal(parts: Partial<ConnectionParts>, options: Partial<SessionOptions> = {}) {
  return failure(sessionOf(parts, options));
}

/** The code that a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<string | undefined> {
  return await promise.then(
    () => "it succeeded",
    (error) => sqlState(error) ?? networkCode(error),
  );
}

/** A TCP server of ours on a free port. */
async function answering(onConnection: (socket: Socket) => void, host = "127.0.0.1") {
  const listening = createServer((socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  servers.push(listening);
  listening.listen(0, host);
  await once(listening, "listening");
  return { host, port: (listening.address() as AddressInfo).port };
}

/** A way to the server that sees the sockets come and go. */
async function proxy(host = "127.0.0.1") {
  const sockets: Socket[] = [];
  const address = await answering((socket) => {
    sockets.push(socket);
    // What the server still says to a client that has left cannot be passed on.
    socket.on("error", () => socket.destroy());
    const upstream = connect({ host: admin.host, port: admin.port ?? 5432 });
    upstream.on("error", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  }, host);
  return { ...address, sockets };
}

/** Unlike `once`, an error on the way does not reject it: the socket closes all the same. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

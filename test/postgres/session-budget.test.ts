import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connectionProblem } from "../../src/postgres/connection-problem";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { openSession, type Session } from "../../src/postgres/session";
import {
  authentication,
  type FakePostgres,
  message,
  playPostgres,
  ROW_END,
  type RunningPostgres,
  textRows,
} from "../support/fake-postgres";
import { sharedPostgres } from "../support/postgres";

const servers: RunningPostgres[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function play(played: FakePostgres): Promise<RunningPostgres> {
  const server = await playPostgres(played);
  servers.push(server);
  return server;
}

const settingsFor = ({ port }: RunningPostgres) =>
  connectionSettings({
    ...{ host: "127.0.0.1", port, database: "shop", user: "u", password: "canary", sslMode: "disable" },
  });

const login = (server: RunningPostgres): Promise<Session> =>
  openSession(settingsFor(server), {
    applicationName: "test",
    connectTimeoutMs: 50_000,
    statementTimeoutMs: 50_000,
  });

const failure = (call: Promise<unknown>): Promise<{ code?: string; message?: string }> =>
  call.then(
    () => ({}),
    (error) => error,
  );

const MORE_BYTES = { code: "TOO_MUCH_DATA", message: "the server sent more than 64 MiB in one session" };

describe("a server that does not stop sending", () => {
  /** Sends it again whenever there is room, until the client has gone. */
  const endlessly = (chunk: Buffer) => (socket: Socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", more);
    more();
  };
  const notices = Buffer.concat(Array(1_000).fill(message("N", "SNOTICE\0C00000\0Mwait\0\0")));
  const parameters = Buffer.concat(Array(1_000).fill(message("S", "application_name\0test\0")));
  /** The header of a message of 2 GB, and what may stand in it. */
  const huge = (type: string) => Buffer.concat([Buffer.from(type), Buffer.from([0x7f, 0xff, 0xff, 0xff])]);
  const unfinished = (type: string) => (socket: Socket) => {
    socket.write(huge(type));
    endlessly(Buffer.alloc(1024 * 1024, "M"))(socket);
  };

  it.each([
    ["notices", endlessly(notices)],
    ["parameters", endlessly(parameters)],
    ["an error", unfinished("E")],
  ])("is stopped at its %s in the login", async (_, onStartup) => {
    const server = await play({ onStartup });
    expect(await failure(login(server))).toMatchObject(MORE_BYTES);
    await expect.poll(server.open).toBe(0);
  });

  it.each([
    ["notices", endlessly(notices)],
    ["an error", unfinished("E")],
    ["a row", unfinished("D")],
  ])("is stopped at its %s in the answer to a query, which is canceled", async (_, onQuery) => {
    const server = await play({ onQuery });
    const session = await login(server);
    expect(await failure(session.query("SELECT 1"))).toMatchObject(MORE_BYTES);
    expect(await failure(session.query("SELECT 2"))).toMatchObject(MORE_BYTES);
    await session.close();
    await expect.poll(server.open).toBe(0);
    expect(server.cancelRequests()).toBe(1);
  });

  it("is stopped after 100,000 rows of one query", async () => {
    const server = await play({
      onQuery: (socket) => {
        socket.write(textRows("name", "x", 100_000));
        socket.write(textRows("name", "x", 1));
      },
    });
    const session = await login(server);
    expect(await failure(session.query("SELECT 1"))).toMatchObject({
      code: "TOO_MUCH_DATA",
      message: "the server sent more than 100000 rows for one query",
    });
    await session.close();
  });

  it("may send 100,000 rows for each query", async () => {
    const server = await play({
      onQuery: (socket) => void socket.write(Buffer.concat([textRows("name", "x", 100_000), ROW_END])),
    });
    const session = await login(server);
    for (const sql of ["SELECT 1", "SELECT 2"]) expect(await session.query(sql)).toHaveLength(100_000);
    await session.close();
  });
});

describe("a server that sends what cannot be parsed", () => {
  it.each([
    ["an unknown authentication", authentication(99)],
    ["a row of more columns than it holds", message("D", Buffer.from([0x7f, 0xff]))],
  ])("ends the session but not the process: %s", async (_, bytes) => {
    const atLogin = await play({ onStartup: (socket) => void socket.write(bytes) });
    expect(await failure(login(atLogin))).toMatchObject({ code: "PROTOCOL" });
    const later = await play({ onQuery: (socket) => void socket.write(bytes) });
    const session = await login(later);
    expect(await failure(session.query("SELECT 1"))).toMatchObject({ code: "PROTOCOL" });
    await session.close();
  });
});

describe("a server that sends another type than the query has", () => {
  it.each([
    ["date", 1082, "9"],
    ["timestamp", 1114, "9"],
    ["date[]", 1182, "{9"],
    ["point", 600, "("],
  ])("cannot make us parse text as %s, which could take forever", async (_, typeOid, begin) => {
    const text = begin.padEnd(1_000_000, "9");
    const server = await play({
      onQuery: (socket) => void socket.write(Buffer.concat([textRows("name", text, 1, typeOid), ROW_END])),
    });
    const session = await login(server);
    const [row] = await session.query<{ name: unknown }>("SELECT 1");
    expect(row?.name === text).toBe(true);
    await session.close();
  });

  it.each(["17; \\! id", "-1", "1.5"])("is not a Postgres of version %s", async (version) => {
    const error = await failure(login(await play({ version })));
    expect(error).toMatchObject({ code: "PROTOCOL" });
  });
});

describe("a server that asks for SCRAM", () => {
  /** Offers SCRAM, and asks for so many iterations, so many times at once. */
  const scram = (iterations: number | string, times = 1): FakePostgres => {
    let nonce: string | undefined;
    return {
      onStartup: (socket) => {
        socket.write(authentication(10, "SCRAM-SHA-256\0\0"));
        socket.on("data", (data) => (nonce ??= /r=([^,\0]+)/.exec(data.toString("latin1"))?.[1]));
      },
      onPassword: (socket) =>
        setImmediate(() => {
          const step = authentication(
            11,
            `r=${nonce}${randomBytes(9).toString("hex")},s=c2FsdA==,i=${iterations}`,
          );
          socket.write(Buffer.concat(Array(times).fill(step)));
        }),
    };
  };

  it.each([100_001, 2_147_483_647, "9".repeat(300)])("is rejected for %s iterations", async (iterations) => {
    const server = await play(scram(iterations));
    const error = await failure(login(server));
    expect(error).toMatchObject({ code: "SCRAM_ITERATIONS" });
    expect(error.message).toContain("at most 100000 are computed");
    expect(connectionProblem(error, settingsFor(server))).toMatchObject({ needed: "at most 100,000" });
    await expect.poll(server.open).toBe(0);
  });

  it("is rejected if it asks for them twice", async () => {
    expect(await failure(login(await play(scram(100_000, 900))))).toMatchObject({ code: "PROTOCOL" });
  });
});

describe.each([13, 17] as const)("a serializable and deferrable server, Postgres %i", (major) => {
  it("does not make a session wait for writing ones", async () => {
    const { query, createDatabase, admin } = await sharedPostgres(major);
    const database = await createDatabase("deferrable");
    for (const setting of ["deferrable = on", "isolation = serializable", "read_only = on"])
      await query(`ALTER DATABASE ${database} SET default_transaction_${setting}`);
    const settings = connectionSettings({ ...admin, database });
    const options = {
      applicationName: "test",
      connectTimeoutMs: 20_000,
      statementTimeoutMs: 5_000,
      readOnly: true,
    };
    const writer = await openSession(settings, { ...options, readOnly: false });
    await writer.query("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE");
    await writer.query("CREATE TABLE public.written ()");
    const session = await openSession(settings, options);
    expect(
      await session.query(
        "SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_deferrable') AS deferrable",
      ),
    ).toEqual([{ isolation: "read committed", deferrable: "off" }]);
    await session.close();
    await writer.query("ROLLBACK");
    await writer.close();
  });
});

// Asks a server how pg_hba.conf decides a login from any loopback address of the server's machine.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import type { HbaSession } from "../../src/postgres/hba";
import { type Major, type PostgresServer, startPostgres } from "../support/postgres";

/** Where Postgres listens while the forwarder has its port. */
const BEHIND = "5433";

/**
 * Listens at Postgres' port. A connection that begins with an address and a line break continues from that address;
 * any other one (Postgres' packets begin with a zero) from 127.0.0.1. It goes to the background once it listens.
 */
const FORWARDER = `
use strict; use IO::Socket::IP; use IO::Select; use Socket;
$SIG{CHLD} = "IGNORE";
my $listener = IO::Socket::IP->new(LocalAddr => "0.0.0.0", LocalPort => 5432, Listen => 128, ReuseAddr => 1) or die $!;
exit if fork;
while (1) {
  my $client = $listener->accept or next;
  if (fork) { close $client; next }
  my ($source, $byte) = ("", "");
  recv $client, $byte, 1, MSG_PEEK;
  if (ord $byte) { while (sysread($client, $byte, 1) && $byte ne "\\n") { $source .= $byte } }
  my $server = IO::Socket::IP->new(PeerAddr => "127.0.0.1", PeerPort => ${BEHIND}, LocalAddr => $source || "127.0.0.1") or die $!;
  my %other = (fileno $client, $server, fileno $server, $client);
  my $both = IO::Select->new($client, $server);
  while (1) { for my $from ($both->can_read) {
    sysread($from, my $data, 65536) or exit;
    my $to = $other{fileno $from};
    while (length $data) { my $n = syswrite $to, $data or exit; substr($data, 0, $n) = "" }
  } }
}`;

/** Starts a server behind a forwarder that lets `firstAnswer` choose the source address. */
export async function startForwardedPostgres(major: Major): Promise<PostgresServer> {
  const settings = { port: BEHIND, password_encryption: "md5", max_connections: "200" };
  const server = await startPostgres({ major, settings, hba: ["host all postgres all scram-sha-256"] });
  await server.exec(["sh", "-c", `perl -e '${FORWARDER}' > /tmp/forwarder.log 2>&1`]);
  return server;
}

/** What the server answers to a start-up packet: the method of the line that matched, or that none did. */
export type FirstAnswer = "trust" | "password" | "md5" | "scram-sha-256" | "reject" | "none";

/** A login, as an input of `matchHba`. */
export type Login = Pick<HbaSession, "kind" | "database" | "role" | "address" | "tls">;

/**
 * Sends a login's first packet and leaves when the server has answered it.
 *
 * @throws when the answer is none of pg_hba.conf's
 */
export async function firstAnswer(port: number, login: Login): Promise<FirstAnswer> {
  const socket = connect(port, "127.0.0.1");
  let secured: TLSSocket | undefined;
  try {
    await once(socket, "connect");
    socket.write(`${login.address}\n`);
    if (login.tls) {
      socket.write(packet(SSL_REQUEST));
      const [answer] = (await once(socket, "data")) as [Buffer];
      if (answer.toString() !== "S") throw new Error(`no TLS: ${answer}`);
      secured = tlsConnect({ socket, rejectUnauthorized: false });
    }
    const stream = secured ?? socket;
    const message = firstMessage(stream);
    stream.write(packet(PROTOCOL_3, startUpParameters(login)));
    return answerOf(await message);
  } finally {
    secured?.destroy();
    socket.destroy();
  }
}

const SSL_REQUEST = 80_877_103;
const PROTOCOL_3 = 196_608;
const REPLICATION = { sql: "false", "replication-database": "database", replication: "true" } as const;

function startUpParameters({ kind, database, role }: Login): string {
  return `${["user", role, "database", database, "replication", REPLICATION[kind]].join("\0")}\0\0`;
}

function packet(code: number, rest = ""): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + Buffer.byteLength(rest), 0);
  head.writeInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(rest)]);
}

async function firstMessage(stream: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const data of stream) {
    received = Buffer.concat([received, data as Buffer]);
    if (received.length >= 5 && received.length > received.readInt32BE(1)) return received;
  }
  throw new Error("the server hung up without an answer");
}

/** Numbers of the authentication requests of the protocol. */
const METHODS = new Map<number, FirstAnswer>([
  [0, "trust"],
  [3, "password"],
  [5, "md5"],
  [10, "scram-sha-256"],
]);

function answerOf(message: Buffer): FirstAnswer {
  const method = METHODS.get(message.readInt32BE(5));
  if (message[0] === "R".charCodeAt(0) && method !== undefined) return method;
  // Both refusals have the SQLSTATE 28000; only the text tells them apart.
  const text = message.toString("utf8", 5);
  if (text.includes("\0Mpg_hba.conf rejects ")) return "reject";
  if (text.includes("\0Mno pg_hba.conf entry ")) return "none";
  throw new Error(`not an answer of pg_hba.conf: ${text.replaceAll("\0", " ")}`);
}

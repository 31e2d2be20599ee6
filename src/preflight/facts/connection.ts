import { z } from "zod";
import type { Problem } from "../../errors";
import { schemaOf } from "../../schema-of";
import { type Instances, instancesSchema } from "../probes/instances";
import { type Ipv4Lookup, lookUpIpv4, requestSsl, type SslResponse } from "../probes/network";
import type { Evidence } from "./evidence";
import { readSchema } from "./evidence-schema";
import { SESSION_SETTING_NAMES, type SessionSettingName } from "./setting-names";

/**
 * How this runner reached the source. Ardent's network can differ: an address that rejects the runner may be open to
 * Ardent, and the other way round.
 */
export interface ConnectionFacts {
  /** The IPv4 addresses of the source's host name. */
  readonly ipv4: Evidence<Ipv4Lookup>;
  /** A TCP connection from here to the source's first IPv4 address. */
  readonly tcp: Evidence<TcpAttempt>;
  /** The server's reply to a request for TLS. */
  readonly tls: Evidence<TlsOffer>;
  /** The login of the user that reads the facts. */
  readonly admin: Evidence<LoginAttempt>;
  /** The login of the role that Ardent will use; skipped when it does not exist or no password is known here. */
  readonly role: Evidence<LoginAttempt>;
  /** A session of the role with replication=database that runs IDENTIFY_SYSTEM. */
  readonly walsender: Evidence<LoginAttempt>;
  /** The servers that responded to the reader's connections; skipped when no login is tried. */
  readonly instances: Evidence<Instances>;
}

/** One attempt to connect. */
export interface TcpAttempt {
  readonly address: string;
  readonly port: number;
  /** The system's error code, such as ECONNREFUSED or ETIMEDOUT; undefined when the connection was made. */
  readonly errorCode?: string;
  /** Whether the runner uses this address, or another host that is set for the admin. */
  readonly usedByRunner: boolean;
}

/** The server's answer to an SSLRequest. */
export interface TlsOffer {
  readonly offered: boolean;
}

/** A session's settings; one that the server does not know is absent. */
export type SessionSettings = { readonly [name in SessionSettingName]?: string };

/** One attempt to log in. */
export type LoginAttempt =
  | {
      readonly outcome: "accepted";
      readonly user: string;
      /** Whether the backend that responds is the one that was reported at login; with a pooler they differ. */
      readonly direct: boolean;
      /** The address at which that pooler reaches the server, as the server sees it. */
      readonly behind?: string;
      /** The session's current_user; undefined if it was not read. */
      readonly currentUser?: string;
      /** Its settings as in pg_settings; undefined if not read, not visible, or read through a pooler. */
      readonly settings?: SessionSettings;
    }
  | {
      readonly outcome: "refused";
      readonly user: string;
      /** The server's SQLSTATE, or the code of an earlier error (`CERT_HAS_EXPIRED`). */
      readonly code: string;
      readonly problem: Problem;
    };

/**
 * Resolves the host name of the source and connects to its port, without logging in.
 *
 * @param reader - where the runner logs in; the server is asked for TLS there
 */
export async function readNetworkFacts(
  source: { readonly host: string; readonly port: number },
  reader: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Pick<ConnectionFacts, "ipv4" | "tcp" | "tls">> {
  const usedByRunner = reader.host === source.host && reader.port === source.port;
  const ipv4 = await lookUpIpv4(source.host, timeoutMs, signal);
  if (ipv4.kind !== "read")
    return { ipv4, tcp: ipv4, tls: usedByRunner ? ipv4 : await tlsOffer(reader, timeoutMs, signal) };
  const [address] = ipv4.value.addresses;
  if (address === undefined) {
    const tcp = { kind: "skipped", reason: `${source.host} has no IPv4 address` } as const;
    return { ipv4, tcp, tls: await tlsOffer(reader, timeoutMs, signal) };
  }
  const { port } = source;
  const [answer, tls] = await Promise.all([
    requestSsl(address, port, timeoutMs, signal),
    usedByRunner ? undefined : tlsOffer(reader, timeoutMs, signal),
  ]);
  const { errorCode } = answer;
  return {
    ipv4,
    tcp: {
      kind: "read",
      value: { address, port, ...(errorCode === undefined ? {} : { errorCode }), usedByRunner },
    },
    tls: tls ?? tlsAnswer(answer, `${source.host}:${port}`),
  };
}

async function tlsOffer(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Evidence<TlsOffer>> {
  return tlsAnswer(await requestSsl(host, port, timeoutMs, signal), `${host}:${port}`);
}

function tlsAnswer({ errorCode, tls }: SslResponse, object: string): Evidence<TlsOffer> {
  if (tls !== undefined) return { kind: "read", value: { offered: tls } };
  const why = errorCode === undefined ? "what listens there is not a Postgres server" : errorCode;
  return { kind: "unknown", reason: `the TLS request to ${object} failed: ${why}` };
}

/** A session's settings. */
export const sessionSettingsSchema = schemaOf<SessionSettings>()(
  z.partialRecord(z.enum(SESSION_SETTING_NAMES), z.string()),
);

const problemSchema = schemaOf<Problem>()(
  z.object({
    what: z.string(),
    object: z.string().optional(),
    current: z.string().optional(),
    needed: z.string().optional(),
    fix: z.string().optional(),
    docs: z.string().optional(),
  }),
);

const loginAttemptSchema = schemaOf<LoginAttempt>()(
  z.discriminatedUnion("outcome", [
    z.object({
      outcome: z.literal("accepted"),
      user: z.string(),
      direct: z.boolean(),
      behind: z.string().optional(),
      currentUser: z.string().optional(),
      settings: sessionSettingsSchema.optional(),
    }),
    z.object({
      outcome: z.literal("refused"),
      user: z.string(),
      code: z.string(),
      problem: problemSchema,
    }),
  ]),
);

/** How the source was reached. */
export const connectionSchema = schemaOf<ConnectionFacts>()(
  z.object({
    ipv4: readSchema(z.object({ addresses: z.array(z.string()), ipv6: z.boolean() })),
    tcp: readSchema(
      z.object({
        address: z.string(),
        port: z.number(),
        errorCode: z.string().optional(),
        usedByRunner: z.boolean(),
      }),
    ),
    tls: readSchema(z.object({ offered: z.boolean() })),
    admin: readSchema(loginAttemptSchema),
    role: readSchema(loginAttemptSchema),
    walsender: readSchema(loginAttemptSchema),
    instances: readSchema(instancesSchema),
  }),
);

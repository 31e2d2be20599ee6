import type { Read } from "../facts";

/**
 * How the source was reached from here. Here is the runner, not Ardent: an address refused to the runner may be
 * open to Ardent and the other way round.
 */
export interface ConnectionFacts {
  /** The IPv4 addresses that the source's host name stands for. */
  readonly ipv4: Read<Ipv4Lookup>;
  /** A TCP connection from here to the source's first IPv4 address. */
  readonly tcp: Read<TcpAttempt>;
  /** What the server answers when asked for TLS. */
  readonly tls: Read<TlsOffer>;
  /** The login of the user that reads the facts. */
  readonly admin: Read<LoginAttempt>;
  /** The login of the role that Ardent will use; skipped when it does not exist or no password is known here. */
  readonly role: Read<LoginAttempt>;
  /** A session of the role with replication=database that runs IDENTIFY_SYSTEM. */
  readonly walsender: Read<LoginAttempt>;
}

/** What the look-up of the host name gave. */
export interface Ipv4Lookup {
  /** Empty when the name has none. */
  readonly addresses: readonly string[];
  /** Whether it has an IPv6 address instead; Ardent does not use those. */
  readonly ipv6: boolean;
}

/** One try to connect. */
export interface TcpAttempt {
  readonly address: string;
  readonly port: number;
  /** The system's error code, such as ECONNREFUSED or ETIMEDOUT; undefined when the connection was made. */
  readonly errorCode?: string;
  /** Whether the runner reaches the source by this address, or by another host named for the admin. */
  readonly usedByRunner: boolean;
}

/** The server's answer to an SSLRequest. */
export interface TlsOffer {
  readonly offered: boolean;
}

/** One try to log in. */
export type LoginAttempt =
  | {
      readonly outcome: "accepted";
      readonly user: string;
      /** Whether the backend that answers is the one that was announced; a pooler in between makes it differ. */
      readonly direct: boolean;
    }
  | {
      readonly outcome: "refused";
      readonly user: string;
      /** The server's SQLSTATE. */
      readonly sqlstate: string;
      /** The server's words. */
      readonly message: string;
    };

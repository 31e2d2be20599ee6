import type * as pulumi from "@pulumi/pulumi";
import type { SslMode } from "../../postgres/ssl-mode";

/** The address of the source that Ardent connects to. */
export interface SourceConnectionArgs {
  /** A host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /**
   * The port there.
   * @default 5432
   */
  port?: pulumi.Input<number> | undefined;
  /** The database to replicate. */
  database: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default "require"; for a loopback address "disable" on this machine, while Ardent is assumed to use TLS
   */
  sslMode?: pulumi.Input<SslMode> | undefined;
  /**
   * Confirms plaintext connections to a host that is not a loopback address: Ardent and this machine then send passwords
   * and data over the network as plain text.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /**
   * The certificate of the authority that signed the server's, as PEM.
   * @default the public authorities
   */
  caCertificate?: pulumi.Input<string> | undefined;
}

/** A user that administers or reads the source, and the address with which this machine connects. */
export interface AdminArgs {
  /** The user's name in Postgres. */
  user: pulumi.Input<string>;
  /** The user's password; set it as a secret. Not needed if pg_hba.conf does not ask for one. */
  password?: pulumi.Input<string> | undefined;
  /**
   * The address with which this machine connects to the source, if it differs from Ardent's.
   * @default the source's host
   */
  host?: pulumi.Input<string> | undefined;
  /**
   * The port there.
   * @default the source's port
   */
  port?: pulumi.Input<number> | undefined;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default the source's; where that has none, "require", and "disable" on a loopback address
   */
  sslMode?: pulumi.Input<SslMode> | undefined;
}

import type * as pulumi from "@pulumi/pulumi";
import type { SslMode } from "../../postgres/ssl-mode";

/** The source as Ardent reaches it. */
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
   * @default "require"; on a loopback address "disable" for this runner, while Ardent is judged as coming with TLS
   */
  sslMode?: pulumi.Input<SslMode> | undefined;
  /**
   * Confirms plaintext connections where the host is not a loopback address: passwords and data then go
   * over the network as plain text, from Ardent and from this runner.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /**
   * The certificate of the authority that signed the server's, as PEM.
   * @default the public authorities
   */
  caCertificate?: pulumi.Input<string> | undefined;
}

/** A user that administers or reads the source, and the way there from this runner. */
export interface AdminArgs {
  /** The user's name in Postgres. */
  user: pulumi.Input<string>;
  /** The user's password, to be given as a secret; not needed where pg_hba.conf asks for none. */
  password?: pulumi.Input<string> | undefined;
  /**
   * Where this runner reaches the source, if it goes another way than Ardent.
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

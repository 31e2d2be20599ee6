import type * as pulumi from "@pulumi/pulumi";

/** The source as Ardent reaches it. */
export interface SourceConnectionArgs {
  /** A host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /** @default 5432 */
  port?: pulumi.Input<number>;
  database: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default "require"; "disable" on a loopback address
   */
  sslMode?: pulumi.Input<string>;
  /** The certificate of the authority that signed the server's, as PEM. */
  caCertificate?: pulumi.Input<string>;
}

/** A user that administers or reads the source, and the way there from this runner. */
export interface AdminArgs {
  user: pulumi.Input<string>;
  password?: pulumi.Input<string>;
  /** Where this runner reaches the source, if not at the source's host. */
  host?: pulumi.Input<string>;
  /** The port there, if not the source's. */
  port?: pulumi.Input<number>;
  /** The source's `sslMode` if not given; "disable" on a loopback address. */
  sslMode?: pulumi.Input<string>;
}

/** What a Postgres container is to be. */
export interface RunPostgresOptions {
  /** 13, 15, 17 or 18. */
  major: number;
  /** The superuser's (`postgres`); random by default. */
  password?: string;
  /** The container's name; another container of that name is removed first. Docker chooses by default. */
  name?: string;
  /** On the host; stays the same over a restart. A free one by default. */
  port?: number;
  /** Lines of postgresql.conf, by name. */
  settings?: Record<string, string>;
  /**
   * Lines of pg_hba.conf, in place of "any host, any user, with a password". One line comes before them:
   * `local all all peer`. Clients on this machine have the address of Docker's bridge, not 127.0.0.1.
   */
  hba?: string[];
  /**
   * true, the default: wal_level is logical, wal2json is allowed, and pg_hba.conf has a replication line.
   * false: as initdb leaves it, apart from TLS being on.
   */
  ready?: boolean;
  /** On the container. */
  labels?: Record<string, string>;
}

/** A running Postgres container. */
export interface PostgresContainer {
  /** The container's. */
  id: string;
  host: string;
  port: number;
  /** The superuser's. */
  password: string;
  /** The authority that signed the server's certificate (for localhost, 127.0.0.1 and ::1), as PEM. */
  caCertificate: string;
  /**
   * Runs a command in the container, as `postgres` by default.
   *
   * @returns its standard output
   * @throws when its exit code is not 0
   */
  exec(command: string[], user?: string): Promise<string>;
  /** Everything the server has logged. */
  logs(): Promise<string>;
  /** Stops and starts the server; the data and the port stay. */
  restart(): Promise<void>;
  /** Stops and removes it with its data. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres in a container and waits until it takes connections.
 *
 * @throws Error with the end of the server's log, when it does not come up
 */
export function runPostgres(options: RunPostgresOptions): Promise<PostgresContainer>;

/** The address of the source that Ardent connects to, and the role that Ardent logs in as. */
export interface SourceConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** libpq's sslmode; left to Ardent when it is not given. */
  readonly sslMode?: string;
}

/**
 * A source in the one documented shape of `connection_details`: `{url: "postgresql://user:password@host:port/db"}`.
 */
export function connectionDetails(source: SourceConnection): { url: string } {
  const credentials = `${encodeURIComponent(source.user)}:${encodeURIComponent(source.password)}`;
  const query = source.sslMode === undefined ? "" : `?sslmode=${encodeURIComponent(source.sslMode)}`;
  return {
    url: `postgresql://${credentials}@${source.host}:${source.port}/${encodeURIComponent(source.database)}${query}`,
  };
}

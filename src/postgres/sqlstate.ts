/**
 * The SQLSTATE codes that we branch on, by the names of Postgres' own list.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const SqlState = {
  protocolViolation: "08P01",
  featureNotSupported: "0A000",
  invalidParameterValue: "22023",
  activeSqlTransaction: "25001",
  invalidAuthorizationSpecification: "28000",
  invalidPassword: "28P01",
  invalidCatalogName: "3D000",
  invalidSchemaName: "3F000",
  insufficientPrivilege: "42501",
  syntaxError: "42601",
  undefinedColumn: "42703",
  undefinedObject: "42704",
  duplicateObject: "42710",
  undefinedFunction: "42883",
  undefinedTable: "42P01",
  tooManyConnections: "53300",
  configurationLimitExceeded: "53400",
  objectNotInPrerequisiteState: "55000",
  objectInUse: "55006",
  lockNotAvailable: "55P03",
  queryCanceled: "57014",
  adminShutdown: "57P01",
  crashShutdown: "57P02",
  cannotConnectNow: "57P03",
  undefinedFile: "58P01",
  internalError: "XX000",
} as const;

/** The codes with which a server rejects a user or a password, or asks for one that was not given. */
export const REFUSED_CREDENTIALS: ReadonlySet<string> = new Set([
  SqlState.invalidPassword,
  SqlState.invalidAuthorizationSpecification,
  "PASSWORD_MISSING",
]);

/** The SQLSTATE of an error that the server sent; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  // Only a server's error has "severity"; Node's EPIPE has five capitals too.
  return isRecord(error) && "severity" in error ? stringCode(error) : undefined;
}

/**
 * The code of an error that did not come from the server: Node's for names, sockets and TLS (`ENOTFOUND`,
 * `ECONNREFUSED`, `CERT_HAS_EXPIRED`), or a `ConnectionCode`.
 */
export function networkCode(error: unknown): string | undefined {
  if (!isRecord(error) || "severity" in error) return undefined;
  const code = stringCode(error);
  if (code !== undefined) return code;
  // Every address of a host was tried, and each failed.
  return Array.isArray(error.errors) ? networkCode(error.errors[0]) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function stringCode(error: Record<string, unknown>): string | undefined {
  return typeof error.code === "string" ? error.code : undefined;
}

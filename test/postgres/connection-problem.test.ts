import { describe, expect, it } from "vitest";
import { type ConnectionCode, ConnectionError } from "../../src/postgres/connection-error";
import { connectionProblem } from "../../src/postgres/connection-problem";

const target = {
  host: "db.example.com",
  port: 6543,
  database: "shop",
  user: "ardent",
  sslMode: "verify-full",
} as const;

/** An error as pg raises it from the server's answer, in a server's language that is not ours. */
function fromServer(code: string): Error {
  return Object.assign(new Error("meldung des servers"), { code, severity: "FATAL" });
}

function fromNode(code: string): Error {
  return Object.assign(new Error("node's words"), { code });
}

function fromUs(code: ConnectionCode): Error {
  return new ConnectionError(code, "our words");
}

describe("a failure to connect", () => {
  it.each([
    ["28P01", /password authentication failed for role "ardent"/, /password/],
    ["28000", /rejects role "ardent" for database "shop" from this address/, /pg_hba\.conf/],
    ["3D000", /no database "shop"/, /name/],
    ["42501", /may not connect to database "shop"/, /CONNECT/],
    ["53300", /no free connection/, /max_connections/],
    ["55000", /database "shop" accepts no connections/, /ALLOW_CONNECTIONS true.* dropped/],
    ["57P03", /starting, stopping, or a standby/, /again; .* primary/],
  ])("%s of the server is explained", (code, what, fix) =>
    expect(connectionProblem(fromServer(code), target)).toMatchObject({
      what: expect.stringMatching(what),
      object: "db.example.com:6543",
      fix: expect.stringMatching(fix),
    }),
  );

  it("that is unexpected shows the server's own message", () =>
    expect(connectionProblem(fromServer("08P01"), target)).toEqual({
      what: "the server rejected the connection (SQLSTATE 08P01)",
      object: "db.example.com:6543",
      current: 'the server says "meldung des servers"',
    }));

  it.each([
    [fromNode("ENOTFOUND"), /host name does not exist/, /host name/],
    [fromNode("ECONNREFUSED"), /nothing accepts connections/, /listen_addresses/],
    [fromNode("ETIMEDOUT"), /connection timed out/, /firewalls/],
    [fromUs("TIMEOUT"), /connection timed out/, /firewalls/],
    [fromUs("TLS_REFUSED"), /does not support TLS/, /ssl = on/],
    [fromUs("PASSWORD_MISSING"), /requires a password, but none was given/, /password/],
    [fromUs("PROTOCOL"), /not a Postgres server/, /port/],
    [fromNode("SELF_SIGNED_CERT_IN_CHAIN"), /not trusted/, /caCertificate/],
    [fromNode("ERR_TLS_CERT_ALTNAME_INVALID"), /not for the host name "db\.example\.com"/, /verify-ca/],
    [fromNode("CERT_HAS_EXPIRED"), /expired/, /renew/],
  ])("%s is explained", (error, what, fix) =>
    expect(connectionProblem(error, target)).toMatchObject({
      what: expect.stringMatching(what),
      object: expect.stringContaining("db.example.com"),
      fix: expect.stringMatching(fix),
    }),
  );

  it("of every address of a host is reported for the first one", () =>
    expect(
      connectionProblem(new AggregateError([fromNode("ECONNREFUSED"), fromNode("ENETUNREACH")]), target)
        ?.what,
    ).toBe("nothing accepts connections there"));

  it("is never made up from a bug", () =>
    expect(connectionProblem(new TypeError("x is not a function"), target)).toBeUndefined());
});

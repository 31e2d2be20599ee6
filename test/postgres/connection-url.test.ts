import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors";
import { parseConnectionUrl } from "../../src/postgres/connection-url";

/** Every parameter of libpq (Postgres 18) that says where, as whom or how safely to connect, and is not read. */
const DEMANDS = [
  "gssencmode=require",
  "gssdelegation=1",
  "gsslib=gssapi",
  "krbsrvname=postgres",
  "require_auth=scram-sha-256",
  "requirepeer=postgres",
  "requiressl=1",
  "ssl_min_protocol_version=TLSv1.3",
  "ssl_max_protocol_version=TLSv1.2",
  "sslcert=client.crt",
  "sslcertmode=require",
  "sslcompression=1",
  "sslcrl=root.crl",
  "sslcrldir=crls",
  "sslkey=client.key",
  "sslkeylogfile=keys.log",
  "sslnegotiation=direct",
  "sslpassword=x",
  "sslsni=0",
  "min_protocol_version=3.2",
  "max_protocol_version=3.0",
  "scram_client_key=x",
  "scram_server_key=x",
  "host=elsewhere",
  "hostaddr=192.0.2.1",
  "port=1",
  "dbname=other",
  "user=other",
  "password=other",
  "passfile=passwords",
  "service=other",
  "servicefile=services",
  "options=-crole=other",
  "replication=database",
  "load_balance_hosts=random",
  "oauth_issuer=https://example.com",
];

describe("a connection URL", () => {
  it("is read with its defaults", () =>
    expect(parseConnectionUrl("postgres://admin@db.example.com/shop").settings).toEqual({
      host: "db.example.com",
      port: 5432,
      database: "shop",
      user: "admin",
      sslMode: "require",
    }));

  it("is read with everything percent-encoded", () =>
    expect(
      parseConnectionUrl(
        "postgresql://ad%22min:p%40ss%2F%25w%C3%B6rd@[2001:db8::7]:6543/my%20shop%2F1?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=x",
      ),
    ).toEqual({
      settings: {
        host: "2001:db8::7",
        port: 6543,
        database: "my shop/1",
        user: 'ad"min',
        password: "p@ss/%wörd",
        sslMode: "verify-full",
      },
      caCertificateFile: "/etc/ca.pem",
    }));

  it("is plain text on loopback by default", () => {
    expect(parseConnectionUrl("postgres://u@localhost/d").settings.sslMode).toBe("disable");
    expect(parseConnectionUrl("postgres://u@localhost/d?sslmode=require").settings.sslMode).toBe("require");
    expect(parseConnectionUrl("postgres://u@localhost/d?ssl=true").settings.sslMode).toBe("require");
  });

  it("is refused with every problem at once", () => {
    expect(problems("postgres://:secret@a,b?sslmode=prefer&hostaddr=1.2.3.4")).toEqual([
      "hostaddr",
      "host",
      "database",
      "user",
      "sslmode",
    ]);
  });

  it("verifies if a CA certificate is given, on loopback too", () => {
    expect(parseConnectionUrl("postgres://u@h/d?sslrootcert=ca.pem").settings.sslMode).toBe("verify-ca");
    expect(parseConnectionUrl("postgres://u@localhost/d?sslrootcert=ca.pem").settings.sslMode).toBe(
      "verify-ca",
    );
    expect(parseConnectionUrl("postgres://u@h/d?sslrootcert=system").settings.sslMode).toBe("verify-full");
    expect(problems("postgres://u@h/d?sslmode=require&sslrootcert=system")).toEqual(["sslmode"]);
  });

  it("requires channel binding if it says so, which needs TLS", () => {
    const required = "postgres://u@h/d?channel_binding=require";
    expect(parseConnectionUrl(required).settings.channelBinding).toBe("require");
    expect(parseConnectionUrl("postgres://u@h/d?channel_binding=prefer").settings.channelBinding).toBe(
      undefined,
    );
    expect(problems(`${required}&sslmode=disable`)).toEqual(["channel_binding"]);
    expect(problems("postgres://u@localhost/d?channel_binding=require")).toEqual(["channel_binding"]);
    expect(problems("postgres://u@h/d?channel_binding=yes")).toEqual(["channel_binding"]);
  });

  it.each(DEMANDS)("rejects %s, which is not supported", (parameter) =>
    expect(problems(`postgres://u@h/d?${parameter}`)).toEqual([parameter.split("=")[0]]),
  );

  it.each([
    ["mysql://u:secret@h/d", "URL"],
    ["postgres://u:secret@h:99999/d", "URL"],
    ["postgres://u:secret@h:0/d", "port"],
    ["postgres://u:secret@%2Fvar%2Frun/d", "host"],
    ["postgres://u:secret@a,b/d", "host"],
    ["postgres://u:secret%zz@h/d", "password"],
    ["postgres://u:secret@h", "database"],
  ])("%s is refused for its %s", (url, object) => expect(problems(url)).toEqual([object]));

  it.each([
    "postgres://u:sec/ret@h/d",
    "postgres://u:12/secret@h/d",
    "postgres://u:12?secret=1@h/d",
    "postgres://u:12#secret@h/d",
    "postgres://u:secret@h:port/d",
    "postgres://u:secret%zz@h/d?secrets=1#",
  ])("never shows the password of a malformed URL (%s)", (url) => {
    const error = refusal(url);
    expect(`${error.message}${JSON.stringify(error)}${String(error.cause)}`).not.toMatch(/secret\b|sec\/ret/);
  });
});

function refusal(url: string): UserError {
  try {
    parseConnectionUrl(url);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the URL was accepted");
}

function problems(url: string): (string | undefined)[] {
  return refusal(url).problems.map(({ object }) => object);
}

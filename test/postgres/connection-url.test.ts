import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors";
import { parseConnectionUrl } from "../../src/postgres/connection-url";

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

  it("is plain text on loopback unless it says otherwise", () => {
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
  ])("never shows the password of a URL that is written wrongly (%s)", (url) => {
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

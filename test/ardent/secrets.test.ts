import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, maskSecrets, secretsOf } from "../../src/ardent/secrets";

const HEAD = "Zq7x";
const TAIL = "9xKw";

/** Passwords whose ends are known, so that it can be seen whether any of one is left, with `special` in between. */
function passwords(special: string): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.constantFrom(...special), fc.constantFrom("a", "7", "_"));
  return fc.string({ unit, minLength: 1, maxLength: 8 }).map((middle) => `${HEAD}${middle}${TAIL}`);
}

/** As libpq takes it. */
function connectionString(password: string): string {
  return `host=db user=a password='${password.replace(/['\\]/g, "\\$&")}' dbname=shop`;
}

/** Ways in which a service, a library or a person writes a connection with its password. */
const urlOf = (password: string) => `postgresql://ardent:${password}@db.example.com:5432/shop`;
const WAYS: { readonly [way: string]: (password: string) => string } = {
  "as it is": (password) => `wrong password ${password}`,
  "in a URL": (password) => urlOf(encodeURIComponent(password)),
  "in a URL, not encoded": urlOf,
  "in a URL as a library writes it": (password) => {
    const url = new URL(urlOf("x"));
    url.password = password;
    return url.href;
  },
  "in a URL, encoded in lower case": (password) =>
    urlOf(encodeURIComponent(password).replace(/%../g, (code) => code.toLowerCase())),
  "in a URL in the query of another": (password) =>
    `https://api.example.com/check?url=${encodeURIComponent(urlOf(encodeURIComponent(password)))}`,
  "in a query": (password) => `https://api.example.com/?${new URLSearchParams({ password, user: "a" })}`,
  "in JSON": (password) => `{"user":"a","password":${JSON.stringify(password)}}`,
  "in JSON that keeps to ASCII": (password) =>
    `{"password": ${JSON.stringify(password).replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}}`,
  "in a URL in JSON": (password) => JSON.stringify({ url: urlOf(encodeURIComponent(password)) }),
  "in a connection string": connectionString,
  "in a connection string in SQL": (password) =>
    `CREATE SUBSCRIPTION s CONNECTION '${connectionString(password).replaceAll("'", "''")}' PUBLICATION p`,
  "in a connection string in SQL with escapes": (password) =>
    `CREATE SUBSCRIPTION s CONNECTION E'${connectionString(password).replace(/['\\]/g, "\\$&")}' PUBLICATION p`,
  "in SQL": (password) => `CREATE ROLE a PASSWORD '${password.replaceAll("'", "''")}' SUPERUSER`,
};

function leaksNothing(masked: string): void {
  expect(masked).not.toContain(HEAD);
  expect(masked).not.toContain(TAIL);
  expect(masked).toContain(MASK);
}

describe("masking a password", () => {
  it.each(Object.entries(WAYS))("that is known leaves none of it %s", (_, write) => {
    fc.assert(
      fc.property(passwords(`@/:%?#&=+ "'\\$\`<>{}[]|^~!,;()*.-äß€密😀\t`), (password) =>
        leaksNothing(maskSecrets(`could not connect: ${write(password)} (refused)`, [password])),
      ),
    );
  });

  const { "as it is": _, ...told } = WAYS;
  it.each(Object.entries(told))("that is not known leaves none of it %s", (_, write) => {
    // A space ends a URL for every reader.
    fc.assert(
      fc.property(passwords(`@/:%?#&=+"'\\$\`<>{}[]|^~!,;()*.-äß€密😀`), (password) =>
        leaksNothing(maskSecrets(`could not connect: ${write(password)} (refused)`, [])),
      ),
    );
  });

  it.each(Object.entries(WAYS).filter(([way]) => /connection string|SQL/.test(way)))(
    "that is not known and has spaces leaves none of it %s",
    (_, write) => {
      fc.assert(
        fc.property(passwords(` @/:%?#&=+"'\\$\`<>{}[]|^~!,;()*.-äß€密😀`), (password) =>
          leaksNothing(maskSecrets(`could not connect: ${write(password)} (refused)`, [])),
        ),
      );
    },
  );

  it("with a backslash before a quote leaves none of it in SQL", () => {
    leaksNothing(maskSecrets("CREATE ROLE a PASSWORD 'Zq7x\\''@9xKw' SUPERUSER", []));
  });

  it("that was cut off inside its quotes leaves none of it", () => {
    for (const cut of ["password='Zq7x 9xKw", "CONNECTION 'password=''Zq7x 9xKw", "E'password=\\'Zq7x 9xKw"])
      leaksNothing(maskSecrets(`the server says: ${cut}`, []));
  });

  it("does not mask what is not a secret", () => {
    expect(maskSecrets("postgres://ardent:s3cret@db:5432/shop?sslmode=require refuses it", [])).toBe(
      "postgres://ardent:***@db:5432/shop?sslmode=require refuses it",
    );
    for (const text of [
      "postgres://db.example.com:5432/shop is not there, ask dba@example.com",
      "https://api.example.com:8443/v1 is not there, ask dba@example.com",
      `password authentication failed for role "ardent"`,
      "SET password_encryption = 'scram-sha-256'",
      "a URL is written as postgres://user@host:5432/database",
    ])
      expect(maskSecrets(text, [])).toBe(text);
  });

  it("masks the longer of two secrets that begin alike", () => {
    expect(maskSecrets("abcdefgh and abcd", ["abcd", "abcdefgh"])).toBe("*** and ***");
  });

  it.each([
    "postgres://",
    "postgres://u:",
    `postgres%3A%2F%2F${"%3A".repeat(100)}`,
    "password=",
    "password '",
    "password%25",
    "password: '",
    "://u:",
    "a:",
  ])(
    "is fast even for a text made to be slow: %s",
    (part) => {
      const text = part.repeat(Math.ceil(8_000_000 / part.length));
      expect(maskSecrets(`${text} canary@`, ["canary"])).not.toContain("canary");
    },
    10_000,
  );

  it("masks each of a hundred URLs, and all of a text that has more of them", () => {
    const url = "postgres://u:canary@db.example.com/shop ";
    expect(maskSecrets(url.repeat(100), [])).toBe("postgres://u:***@db.example.com/shop ".repeat(100));
    expect(maskSecrets(url.repeat(101), [])).toBe("***");
  });
});

describe("the secrets of connection details", () => {
  it("are the URL and its password, encoded and not", () => {
    const url = urlOf("p%40ss");
    expect(secretsOf({ url })).toEqual([url, "p%40ss", "p@ss"]);
    expect(secretsOf({ password: "p@ss" })).toEqual(["p@ss"]);
  });
});

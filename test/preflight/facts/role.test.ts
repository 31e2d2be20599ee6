import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { readRoleFacts } from "../../../src/preflight/facts/role";
import { MAJORS } from "../../support/postgres";
import { type TestDatabase, testDatabase } from "../test-database";

describe.each(MAJORS)("the facts of the role on Postgres %i", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("role", major);
  });
  afterAll(() => database.drop());

  const read = (role: string, password?: string) =>
    readRoleFacts(database.session, role, { schemas: [], ...(password === undefined ? {} : { password }) });
  const make = async (prefix: string, options: string) => {
    const role = database.role(prefix);
    await database.run(
      `SET password_encryption = 'scram-sha-256'; CREATE ROLE ${quoteIdentifier(role)} ${options}`,
    );
    return role;
  };

  it("has its attributes", async () => {
    const role = await make(
      'Repl "ü" x',
      "LOGIN REPLICATION CONNECTION LIMIT 3 VALID UNTIL '2999-01-02 03:04:05Z'",
    );
    expect(await read(role)).toMatchObject({
      name: role,
      attributes: {
        login: true,
        replication: true,
        superuser: false,
        connectionLimit: 3,
        validUntil: "2999-01-02T03:04:05Z",
        expired: false,
      },
      password: { storedAs: "none" },
    });
  });

  it("has no attributes when there is no such role", async () => {
    const facts = await read("nobody here");
    expect(facts.attributes).toBeUndefined();
    expect(facts.password).toEqual({ storedAs: "unreadable" });
  });

  it("show whether the password has expired, by the server's clock", async () => {
    const expired = await make("expired", "VALID UNTIL '2001-01-01Z'");
    const never = await make("never", "VALID UNTIL 'infinity'");
    expect((await read(expired)).attributes).toMatchObject({
      expired: true,
      validUntil: "2001-01-01T00:00:00Z",
    });
    expect((await read(never)).attributes).toEqual({
      login: false,
      replication: false,
      superuser: false,
      connectionLimit: -1,
      expired: false,
    });
  });

  it("show whether a password is the stored one, but never what is stored", async () => {
    const role = await make("scram", "LOGIN PASSWORD 'correct horse'");
    const right = await read(role, "correct horse");
    expect(right.password).toEqual({ storedAs: "scram-sha-256", matches: true });
    expect((await read(role, "battery staple")).password).toEqual({
      storedAs: "scram-sha-256",
      matches: false,
    });
    expect((await read(role)).password).toEqual({ storedAs: "scram-sha-256" });
    expect(JSON.stringify(right)).not.toMatch(/SCRAM-SHA-256\$|correct horse/);
  });

  it("show an md5 password", async () => {
    const role = database.role("md5");
    await database.run(`SET password_encryption = 'md5'; CREATE ROLE ${quoteIdentifier(role)} PASSWORD 'x'`);
    expect((await read(role, "x")).password).toEqual({ storedAs: "md5" });
  });

  it("do not show the password to an admin without SUPERUSER", async () => {
    const role = await make("secret", "PASSWORD 'x'");
    const admin = await make("reader", "LOGIN PASSWORD 'x'");
    const facts = await readRoleFacts(await database.sessionAs(admin, "x"), role, {
      schemas: [],
      password: "x",
    });
    expect(facts.password).toEqual({ storedAs: "unreadable" });
    expect(facts.admin).toMatchObject({ user: admin, superuser: false });
  });
});

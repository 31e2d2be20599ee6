import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectionParts, connectionSettings } from "../../src/postgres/connection-settings";
import { quoteIdentifier, quoteLiteral } from "../../src/postgres/identifiers";
import { scramSalt, scramVerifier, verifyScram } from "../../src/postgres/scram";
import { openSession, type Session } from "../../src/postgres/session";
import { SqlState, sqlState } from "../../src/postgres/sqlstate";
import { sharedPostgres } from "../support/postgres";

/** Plain, accented in two ways, compatibility characters and a no-break space, forbidden by SASLprep, long. */
const PASSWORDS = [
  "correct horse",
  "Zo\u00eb",
  "Zoe\u0308",
  "\ufb01ve\u00a0\u2168",
  "🔑 key",
  'it\'s \\ "x"',
  "x".repeat(300),
];

describe("a SCRAM verifier", () => {
  it("is the one of RFC 7677's example", () =>
    // The example's proofs were made from this salt and password; Postgres stores the two keys.
    expect(scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"))).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    ));

  it("is the same for the same role in every deployment, and differs for another role", () => {
    expect(scramSalt("a")).toHaveLength(16);
    expect(scramSalt("a")).toEqual(scramSalt("a"));
    expect(scramSalt("a")).not.toEqual(scramSalt("b"));
  });

  it.each(PASSWORDS)("matches only its password %j", (password) => {
    const verifier = scramVerifier(password, scramSalt("x"));
    expect(verifyScram(verifier, password)).toBe(true);
    expect(verifyScram(verifier, `${password} `)).toBe(false);
  });

  it("treats two encodings of one letter as the same", () =>
    expect(verifyScram(scramVerifier("Zo\u00eb", scramSalt("x")), "Zoe\u0308")).toBe(true));

  it.each(["", "md5a3556571e93b0d20722ba62be61e8c2d", "SCRAM-SHA-256$4096:AA==$x"])("is not %j", (verifier) =>
    expect(verifyScram(verifier, "pencil")).toBe(false),
  );

  it("is compared with up to 100,000 iterations", () => {
    const verifier = scramVerifier("pencil", scramSalt("x"), 100_000);
    expect(verifyScram(verifier, "pencil")).toBe(true);
    for (const iterations of [100_001, 2_000_000_000, "9".repeat(400)]) {
      const slow = verifier.replace("$100000:", `$${iterations}:`);
      expect(verifyScram(slow, "pencil")).toBeUndefined();
    }
  });
});

describe.each([13, 17] as const)("a role created with a verifier on Postgres %i", (major) => {
  const role = `scram_${randomBytes(4).toString("hex")}`;
  let admin: ConnectionParts;
  let session: Session;
  beforeAll(async () => {
    ({ admin } = await sharedPostgres(major));
    session = await login(admin);
    await session.query(`CREATE ROLE ${quoteIdentifier(role)} LOGIN`);
  });
  afterAll(async () => {
    await session?.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`);
    await session?.close();
  });

  it.each(["scram-sha-256", "md5"])(
    "logs in with its password (password_encryption = %s)",
    async (encryption) => {
      await session.query(`SET password_encryption = ${quoteLiteral(encryption)}`);
      for (const password of PASSWORDS) {
        const verifier = scramVerifier(password, scramSalt(role));
        await session.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(verifier)}`);
        const [stored] = await session.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [role]);
        expect(stored).toEqual({ rolpassword: verifier });
        await (await login({ ...admin, user: role, password })).close();
        const wrong = login({ ...admin, user: role, password: `${password}x` });
        expect(await wrong.catch(sqlState)).toBe(SqlState.invalidPassword);
      }
    },
  );

  it("is verified as Postgres made it", async () => {
    await session.query("SET password_encryption = 'scram-sha-256'");
    for (const password of PASSWORDS) {
      await session.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(password)}`);
      const [stored] = await session.query<{ rolpassword: string }>(
        "SELECT rolpassword FROM pg_authid WHERE rolname = $1",
        [role],
      );
      expect(verifyScram(stored?.rolpassword ?? "", password)).toBe(true);
    }
  });
});

function login(parts: ConnectionParts): Promise<Session> {
  return openSession(connectionSettings(parts), {
    applicationName: "scram test",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  });
}

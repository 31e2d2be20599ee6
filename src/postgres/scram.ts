import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import saslprep from "@mongodb-js/saslprep";

/** Postgres' default (scram_iterations). */
const DEFAULT_ITERATIONS = 4096;
/**
 * The maximum number of iterations computed for a verifier or a server: this takes a tenth of a second or less. A
 * hostile server asks for 2^31, which takes minutes and blocks the whole process.
 */
export const MAX_SCRAM_ITERATIONS = 100_000;
/** The length of the salts that Postgres makes, in bytes. */
const SALT_BYTES = 16;

/**
 * Makes the verifier that Postgres stores in place of a password.
 *
 * `CREATE ROLE … PASSWORD '<verifier>'` stores it as it is, for any password_encryption, so the password itself does
 * not get into the server's log.
 *
 * @param password - the password in the clear
 * @param salt - 16 bytes; see {@link scramSalt}
 * @param iterations - defaults to 4096
 * @see RFC 5802 section 3 and RFC 7677
 */
export function scramVerifier(password: string, salt: Buffer, iterations = DEFAULT_ITERATIONS): string {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/**
 * Derives a salt, so that the same role has the same verifier in every deployment and shows no diff.
 *
 * @param seed - unique for this role, such as the resource's URN
 */
export function scramSalt(seed: string): Buffer {
  return createHash("sha256").update(`pulumi-ardent:${seed}`).digest().subarray(0, SALT_BYTES);
}

/**
 * Whether a password is the one that a verifier was made from.
 *
 * @param verifier - as pg_authid.rolpassword has it
 * @returns false also if it is not a SCRAM verifier, such as an md5 hash; undefined if comparing them takes more than
 *   {@link MAX_SCRAM_ITERATIONS}
 */
export function verifyScram(verifier: string, password: string): boolean | undefined {
  const parts = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/.exec(verifier);
  const [, iterations, salt] = parts ?? [];
  if (iterations === undefined || salt === undefined) return false;
  if (Number(iterations) > MAX_SCRAM_ITERATIONS) return undefined;
  const made = Buffer.from(scramVerifier(password, Buffer.from(salt, "base64"), Number(iterations)));
  const stored = Buffer.from(verifier);
  return made.length === stored.length && timingSafeEqual(made, stored);
}

/** SASLprep as Postgres does it: a password that it forbids is used as it is (pg_saslprep in scram-common.c). */
function prepared(password: string): string {
  try {
    return saslprep(password);
  } catch {
    return password;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

import { readFile } from "node:fs/promises";
import pgpass from "pgpass";
import { UserError } from "../errors";
import type { ConnectionSettings } from "./connection-settings";
import type { ParsedUrl } from "./connection-url";

/**
 * Completes what a URL leaves out, as psql does: the CA's certificate from its file, a missing
 * password from PGPASSWORD or else from ~/.pgpass (PGPASSFILE).
 *
 * @param environment - defaults to the process's; ~/.pgpass is always found with the process's own
 * @throws {UserError} when the CA's certificate cannot be read
 */
export async function completeSettings(
  { settings, caCertificateFile }: ParsedUrl,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ConnectionSettings> {
  const password = settings.password || environment.PGPASSWORD || (await passwordFromFile(settings));
  return {
    ...settings,
    ...(password === undefined ? {} : { password }),
    ...(caCertificateFile === undefined ? {} : { caCertificate: await readCertificate(caCertificateFile) }),
  };
}

function passwordFromFile({ host, port, database, user }: ConnectionSettings): Promise<string | undefined> {
  return new Promise((resolve) => pgpass({ host, port, database, user }, resolve));
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(
      "The CA certificate cannot be read",
      [
        {
          what: "is not a readable file",
          object: "sslrootcert",
          current: file,
          fix: "name the PEM file",
        },
      ],
      { cause: error },
    );
  }
}

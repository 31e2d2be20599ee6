import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../src/errors";
import { completeSettings } from "../../src/postgres/connection-environment";
import { parseConnectionUrl } from "../../src/postgres/connection-url";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "connection-environment-"));
  vi.stubEnv("PGPASSFILE", join(folder, "pgpass"));
  vi.stubEnv("PGPASSWORD", undefined);
  await writeFile(join(folder, "pgpass"), "db.example.com:5432:shop:admin:from\\:file\n*:*:*:other:no\n");
  await chmod(join(folder, "pgpass"), 0o600);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function passwordOf(url: string): Promise<string | undefined> {
  return (await completeSettings(parseConnectionUrl(url))).password;
}

describe("a password that is not in the URL", () => {
  it("is read from ~/.pgpass", async () => {
    expect(await passwordOf("postgres://admin@db.example.com/shop")).toBe("from:file");
    expect(await passwordOf("postgres://admin@db.example.com/crm")).toBeUndefined();
  });

  it("is read from PGPASSWORD first", async () => {
    vi.stubEnv("PGPASSWORD", "from environment");
    expect(await passwordOf("postgres://admin@db.example.com/shop")).toBe("from environment");
    expect(await passwordOf("postgres://admin:from%20url@db.example.com/shop")).toBe("from url");
  });
});

describe("the CA's certificate", () => {
  it("is read from the file that the URL names", async () => {
    await writeFile(join(folder, "ca.pem"), "PEM");
    const url = `postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=${encodeURIComponent(join(folder, "ca.pem"))}`;
    expect((await completeSettings(parseConnectionUrl(url))).caCertificate).toBe("PEM");
  });

  it("must exist", async () => {
    const refused = completeSettings(parseConnectionUrl("postgres://u:p@h/d?sslrootcert=/no/such/ca.pem"));
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toMatchObject({
      problems: [{ object: "sslrootcert", current: "/no/such/ca.pem" }],
    });
  });
});

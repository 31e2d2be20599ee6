import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTableOwners } from "../../src/components/get-table-owners";
import { type SharedPostgres, sharedPostgres } from "../support/postgres";
import { commandLine } from "./command-line";

/** An address of this machine that other machines reach it by. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined) throw new Error("this machine has no address but loopback");
  return found.address;
}

describe("a URL with sslmode=disable for another machine", () => {
  let postgres: SharedPostgres;
  let proxy: Server;
  let url: string;
  const host = ownAddress();

  beforeAll(async () => {
    postgres = await sharedPostgres(17);
    const { port, password } = postgres.admin;
    proxy = createServer((socket) => {
      const server = connect(port, "127.0.0.1");
      socket.on("error", () => server.destroy()).pipe(server);
      server.on("error", () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, host, resolve));
    const to = (proxy.address() as AddressInfo).port;
    url = `postgres://postgres:${password}@${host}:${to}/postgres?sslmode=disable`;
  });
  afterAll(() => new Promise((resolve) => proxy.close(resolve)));

  it.each([
    ["preflight", ["--no-slot-probe"]],
    ["owners", []],
    ["grants", ["--schemas", "public", "--role", "ardent"]],
  ])("is rejected by %s until --allow-cleartext confirms it", async (command, options) => {
    const refused = await commandLine([command, url, ...options]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(`\`disable\` sends everything to ${host} as plain text`);
    expect(refused.stderr).toContain("confirm with --allow-cleartext");
    const allowed = await commandLine([command, url, ...options, "--allow-cleartext"]);
    expect(allowed.stdout).not.toBe("");
    expect(allowed.stderr).toBe("");
  });

  it("causes a warning in every preflight, even in the short form", async () => {
    const args = ["preflight", url, "--no-slot-probe", "--output", "short", "--allow-cleartext"];
    const { stdout } = await commandLine(args);
    expect(stdout).toMatch(/tls +passwords and data go over the network as plain text/);
  });

  it("is rejected by getTableOwners until allowCleartext confirms it", async () => {
    await expect(getTableOwners(url)).rejects.toThrow(/allowCleartext: true/);
    expect(await getTableOwners(url, { allowCleartext: true, schemas: ["public"] })).toEqual([]);
  });
});

import type { AddressInfo } from "node:net";
import type { ServerType } from "@hono/node-server";
import { UserError } from "../errors";

/**
 * Listens.
 *
 * @returns the port
 * @throws {UserError} when it cannot listen on the address or the port
 */
export async function listen(server: ServerType, host: string, port: number) {
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error.code, host, port)));
    server.listen(port, host);
  });
  return (server.address() as AddressInfo).port;
}

function cannotListen(code: string | undefined, host: string, port: number): UserError {
  const isTheAddress = code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EINVAL";
  return new UserError("The emulator cannot be started", [
    isTheAddress
      ? {
          what: `cannot be listened on (${code})`,
          object: "host",
          current: host,
          fix: "name an address of this machine with --host; 127.0.0.1 is the default",
        }
      : {
          what: `cannot be listened on (${code})`,
          object: "port",
          current: String(port),
          fix: "choose another with --port; 0, the default, picks a free one",
        },
  ]);
}

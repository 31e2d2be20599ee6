import { afterEach, describe, expect, it } from "vitest";
import { parseConnectionDetails } from "../../src/emulator/source/source";
import { Stream } from "../../src/emulator/source/streaming";
import { authentication, message, playPostgres, type RunningPostgres } from "../support/fake-postgres";

const servers: RunningPostgres[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

describe("the emulator's replication session", () => {
  it("sends no password in clear text, even if the server asks for it", async () => {
    let received = false;
    const server = await playPostgres({
      onStartup: (socket) => void socket.write(authentication(3)),
      onPassword: (socket) => {
        received = true;
        socket.end(message("E", "SFATAL\0C28P01\0Mno\0\0"));
      },
    });
    servers.push(server);
    const url = `postgresql://u:canary@127.0.0.1:${server.port}/shop?sslmode=disable`;
    const stream = new Stream(
      "slot",
      () => {},
      () => {},
    );
    await expect(stream.start(parseConnectionDetails({ url }))).rejects.toMatchObject({
      code: "CLEARTEXT_PASSWORD",
    });
    expect(received).toBe(false);
  });

  it("ends, but the emulator does not, if the server does not speak Postgres", async () => {
    const server = await playPostgres({ onStartup: (socket) => void socket.write(authentication(99)) });
    servers.push(server);
    const url = `postgresql://u:canary@127.0.0.1:${server.port}/shop?sslmode=disable`;
    const stream = new Stream(
      "slot",
      () => {},
      () => {},
    );
    await expect(stream.start(parseConnectionDetails({ url }))).rejects.toMatchObject({ code: "PROTOCOL" });
  });
});

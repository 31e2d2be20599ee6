import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliCompress, createGzip, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { ArdentApiError } from "../../src/ardent/errors";
import { REPLY_LIMIT_BYTES } from "../../src/ardent/http";

const ROW = { id: "con_1", org_id: "org_1", name: "shop", service_name: "postgresql" };
const JSON_REPLY = { "content-type": "application/json" };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("a reply that is larger than any of the API's", () => {
  const zeros = () => Readable.from(endless(Buffer.alloc(64 * 1024, "0")));

  it.each([
    ["gzip", createGzip],
    ["br", createBrotliCompress],
  ])("is not unpacked to its end (%s)", async (encoding, compress) => {
    let closed: Promise<unknown> | undefined;
    const client = await clientOf((response) => {
      closed = once(response, "close");
      response.writeHead(200, { ...JSON_REPLY, "content-encoding": encoding });
      pipeline(zeros(), compress(), response).catch(() => {});
    });
    const error = await failure(client.connectors.get("con_1"));
    expect(error).toMatchObject({
      code: "unexpected-reply",
      status: 200,
      detail: "larger than 8 MiB, the limit for one reply",
    });
    // A body that is not read is not downloaded.
    await closed;
  });

  it("is rejected too if it is an error", async () => {
    const client = await clientOf((response) => {
      response.writeHead(422, { ...JSON_REPLY, "content-encoding": "gzip" });
      response.end(gzipSync(Buffer.alloc(REPLY_LIMIT_BYTES + 1, " ")));
    });
    expect(await failure(client.connectors.get("con_1"))).toMatchObject({
      code: "unexpected-reply",
      status: 422,
      detail: "larger than 8 MiB, the limit for one reply",
    });
  });

  it("is accepted if it has exactly the size of the limit", async () => {
    const client = await clientOf((response) => {
      response.writeHead(200, { ...JSON_REPLY, "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(ROW).padEnd(REPLY_LIMIT_BYTES)));
    });
    expect((await client.connectors.get("con_1")).name).toBe("shop");
  });

  it.each([
    ["connectors", (client: ArdentClient) => client.connectors.list("org_1"), "connectors (too_big)"],
    ["branches", (client: ArdentClient) => client.branches.list("con_1"), "the body (too_big)"],
  ])("is rejected for the number of its %s", async (name, call, place) => {
    const rows = `[${"0,".repeat(3_000_000)}0]`;
    const client = await clientOf((response) =>
      response.writeHead(200, JSON_REPLY).end(name === "branches" ? rows : `{"${name}":${rows}}`),
    );
    expect(await failure(call(client))).toMatchObject({
      code: "unexpected-reply",
      detail: `JSON whose fields are not as documented: ${place}`,
    });
  });

  it("names ten of the fields that are wrong, and counts the others", async () => {
    const client = await clientOf((response) =>
      response.writeHead(200, JSON_REPLY).end(`{"connectors":[${"0,".repeat(9_999)}0]}`),
    );
    const { detail } = await failure(client.connectors.list("org_1"));
    expect(detail).toMatch(
      /: connectors\.0 \(invalid_type\), .*connectors\.9 \(invalid_type\), and 9990 more$/,
    );
  });

  it("says no more than the beginning of a long error", async () => {
    const client = await clientOf((response) =>
      response.writeHead(409, JSON_REPLY).end(JSON.stringify({ detail: "canary ".repeat(1_000_000) })),
    );
    const { message, detail } = await failure(client.connectors.get("con_1"));
    expect(detail).toBe(`${"*** ".repeat(500)}…`);
    expect(message.length).toBeLessThan(3_000);
  });

  it("reads a thousand checks of a preflight that has more", async () => {
    const checks = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`c${index}`, false]));
    const client = await clientOf((response) =>
      response.writeHead(200, JSON_REPLY).end(JSON.stringify({ checks })),
    );
    expect((await client.connectors.preflight({})).failed).toHaveLength(1_000);
  });

  it.each([
    ["a preflight's check", (text: string) => `{"preflight_pass":true,"checks":{"a":${text}}}`],
    ["a field of no meaning", (text: string) => `{"preflight_pass":true,"other":${text}}`],
  ])("is read even if %s is nested deeply", async (_, around) => {
    const client = await clientOf((response) =>
      response.writeHead(200, JSON_REPLY).end(around("[".repeat(1_000_000) + "]".repeat(1_000_000))),
    );
    expect(await client.connectors.preflight({})).toEqual({ pass: true, failed: [] });
  });
});

describe("a reply that never ends", () => {
  it("is given up when its total time has passed", async () => {
    const client = await clientOf((response) => {
      response.writeHead(200, JSON_REPLY);
      const trickle = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(trickle));
    }, 300);
    expect(await failure(client.connectors.get("con_1"))).toMatchObject({
      code: "unreachable",
      detail: "no response within 0.3 seconds",
    });
  });

  it.each(["9".repeat(400), "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])(
    "is not waited for where Retry-After says %s",
    async (retryAfter) => {
      let requests = 0;
      const client = await clientOf((response) => {
        requests += 1;
        response.writeHead(429, { ...JSON_REPLY, "retry-after": retryAfter }).end("{}");
      });
      const error = await failure(client.connectors.get("con_1"));
      expect(error).toMatchObject({ code: "rate-limited", retryAfterMs: 86_400_000 });
      expect(error.message).toContain("run it again in 86400 seconds");
      expect(requests).toBe(1);
    },
  );
});

/** A client of a service that does this with every request. */
async function clientOf(
  answer: (response: ServerResponse) => void,
  timeoutMs = 10_000,
): Promise<ArdentClient> {
  const server = createServer((_, response) => answer(response));
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return new ArdentClient({
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    token: "canary",
    userAgent: "test",
    timeoutMs,
    retry: { attempts: 2, totalMs: 1_000, initialDelayMs: 1 },
  });
}

function* endless(chunk: Buffer): Generator<Buffer> {
  for (;;) yield chunk;
}

async function failure(call: Promise<unknown>): Promise<ArdentApiError> {
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ArdentApiError);
  return error as ArdentApiError;
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the scripted service saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
}

/** What the scripted service does with a request. */
export type Script =
  /** Answers with JSON. */
  | { readonly status: number; readonly json: unknown; readonly headers?: Record<string, string> }
  /** Answers with anything else. */
  | { readonly status: number; readonly text: string; readonly headers?: Record<string, string> }
  /** Cuts the connection: before an answer, or in the middle of one. */
  | { readonly cut: "before-answer" | "inside-answer" }
  /** Never answers. */
  | { readonly hang: true }
  /** Lets another service do the work, and passes its answer on or cuts the connection instead. */
  | { readonly forwardTo: string; readonly thenCut?: boolean };

export interface ScriptedService {
  /** `http://127.0.0.1:port/v1`. */
  readonly apiUrl: string;
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** How often a method was used on paths that match. */
  count(method: string, path: RegExp | string): number;
  stop(): Promise<void>;
}

/** Starts an HTTP service on loopback that does with each request what the script says. */
export async function startScriptedService(
  script: (request: SeenRequest) => Script | Promise<Script>,
): Promise<ScriptedService> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const raw = await readAll(incoming);
    const url = new URL(incoming.url ?? "/", "http://service");
    const seen: SeenRequest = {
      method: incoming.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: raw === "" ? undefined : JSON.parse(raw),
    };
    requests.push(seen);
    await play(await script(seen), seen, url.search, raw, response);
  });
  const port = await listen(server);
  return {
    apiUrl: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    requests,
    count: (method, path) =>
      requests.filter(
        (request) =>
          request.method === method &&
          (typeof path === "string" ? request.path === path : path.test(request.path)),
      ).length,
    stop: () => stop(server),
  };
}

/** An address on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await stop(server);
  return port;
}

async function play(
  script: Script,
  seen: SeenRequest,
  search: string,
  raw: string,
  response: ServerResponse,
): Promise<void> {
  if ("hang" in script) return;
  if ("cut" in script) {
    if (script.cut === "inside-answer") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id": "con_');
      await new Promise(setImmediate);
    }
    response.destroy();
    return;
  }
  if ("forwardTo" in script) {
    const { host: _, connection: __, "content-length": ___, ...headers } = seen.headers;
    const answer = await fetch(script.forwardTo + seen.path + search, {
      method: seen.method,
      headers: headers as Record<string, string>,
      ...(raw === "" ? {} : { body: raw }),
    });
    const text = await answer.text();
    if (script.thenCut) response.destroy();
    else response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
    return;
  }
  const json = "json" in script;
  const headers = { "content-type": json ? "application/json" : "text/html", ...script.headers };
  response.writeHead(script.status, headers).end(json ? JSON.stringify(script.json) : script.text);
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

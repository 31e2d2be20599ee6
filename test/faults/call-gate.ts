import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Whether something happens right before the service gets a request, or right after it has answered. */
export type Moment = "before" | "after";

/** Stops a request at a call for what is to happen there. */
export interface Stop {
  /** As {@link CallGate.calls} names it. */
  readonly call: string;
  readonly moment: Moment;
  /**
   * @param callerPort - the TCP port that the request comes from
   * @returns whether the caller is gone then
   */
  happens(callerPort: number): boolean;
}

/** A proxy before the service that knows each call of a run by name and can stop one of them. */
export interface CallGate {
  /** Base URL with /v1. */
  readonly url: string;
  /** The calls since `begin`, in order: `POST /connectors`, `GET /connectors/{id} (2)` for the second one. */
  readonly calls: readonly string[];
  /** The connection details that the service took last. */
  readonly details: string | undefined;
  /** Counts again; with a stop, the request that it names is stopped there, once. */
  begin(stop?: Stop): void;
  close(): Promise<void>;
}

/** @param service - base URL with /v1 */
export async function startCallGate(service: string): Promise<CallGate> {
  let calls: string[] = [];
  let seen = new Map<string, number>();
  let polled = new Set<string>();
  let stop: Stop | undefined;
  let details: string | undefined;
  /** The call that each operation was started by. */
  const starters = new Map<string, string>();

  /** The name of a call; undefined for the second and later questions about one operation, whose number is chance. */
  function nameOf(method: string, path: string): string | undefined {
    const operation = /^\/v1\/operations\/([^/]+)$/.exec(path)?.[1];
    if (operation !== undefined) {
      if (polled.has(operation)) return undefined;
      polled.add(operation);
      return numbered(`GET /operations/{id} of ${starters.get(operation) ?? "an earlier run"}`);
    }
    return numbered(`${method} ${path.replace(/^\/v1/, "").replace(/\/(con|prj|op)_[^/]+/g, "/{id}")}`);
  }
  function numbered(name: string): string {
    const turn = (seen.get(name) ?? 0) + 1;
    seen.set(name, turn);
    const call = turn === 1 ? name : `${name} (${turn})`;
    calls.push(call);
    return call;
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const { method = "", url = "/" } = incoming;
    const call = nameOf(method, url.replace(/\?.*/, ""));
    const stopped = call !== undefined && stop?.call === call ? stop : undefined;
    if (stopped !== undefined) stop = undefined;
    /** @returns whether the client is still waiting for an answer */
    const happen = async (moment: Moment) => {
      if (stopped?.moment !== moment || !stopped.happens(incoming.socket.remotePort ?? 0)) return true;
      if (!incoming.socket.destroyed) await once(incoming.socket, "close");
      return false;
    };

    // A client that ends before the request was sent has not sent it.
    if (!(await happen("before"))) return;
    const answer = await fetch(new URL(url, service), {
      method,
      headers: headersOf(incoming),
      ...(body === "" ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.ok) take(body, text, `${method} ${url.split(/[/?]/).at(-1)}`);
    if (!(await happen("after"))) return;
    const kept = [...answer.headers].filter(([name]) => !OF_ONE_CONNECTION.has(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(text);
  }
  function take(body: string, text: string, starter: string): void {
    const sent = body === "" ? undefined : JSON.parse(body).connection_details?.url;
    if (sent !== undefined) details = sent;
    const operation = JSON.parse(text).operation_id;
    if (operation !== undefined && !starters.has(operation)) {
      starters.set(operation, starter.startsWith("DELETE") ? "DELETE" : starter.replace(/^POST /, ""));
    }
  }

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get calls() {
      return calls;
    },
    get details() {
      return details;
    },
    begin: (next) => {
      calls = [];
      seen = new Map();
      polled = new Set();
      stop = next;
    },
    close: () => close(server),
  };
}

/** What a proxy does not pass on, and what is counted again. */
const OF_ONE_CONNECTION = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
]);

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

import { expect } from "vitest";
import type { Emulator } from "../../src/emulator/emulator";
import { contract } from "./openapi";

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the contract has just proved its shape
  readonly body: any;
}

/** Calls the emulator over its socket and holds every request and reply against Ardent's document. */
export class OpenApiClient {
  constructor(private readonly emulator: Pick<Emulator, "url" | "token">) {}

  /**
   * @param path - with /v1
   * @param body - sent as JSON; one that the document does not allow must be answered with 422
   */
  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.send(method, path, body);
    contract.expectReply(method, path, reply.status, reply.body);
    const refused = reply.status === 422 && Array.isArray(reply.body.detail);
    if (!contract.allowsBody(method, path, body)) expect(refused, `${method} ${path} refused`).toBe(true);
    return reply;
  }

  /** For what is not in the document: the emulator's own paths, wrong methods, wrong tokens. */
  async send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    const response = await fetch(new URL(path, this.emulator.url), {
      method,
      headers: {
        Authorization: `Bearer ${this.emulator.token}`,
        "Content-Type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Waits until an operation is completed or failed. */
  async finish(handle: Reply): Promise<Reply["body"]> {
    expect(handle.status, JSON.stringify(handle.body)).toBe(202);
    for (;;) {
      const { body } = await this.call("GET", `/v1/operations/${handle.body.operation_id}?wait=10`);
      if (body.status === "completed" || body.status === "failed") return body;
    }
  }
}

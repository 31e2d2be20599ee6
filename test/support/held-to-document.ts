import { expect } from "vitest";
import { contract } from "./openapi";
import type { Script, ScriptedService, SeenRequest } from "./scripted-service";

/**
 * Holds a scripted service to Ardent's document: each request that it is sent, and each answer that it gives of its own.
 * What a test puts in the place of an answer may be anything.
 */
export function heldToDocument() {
  /** Looked at in the end: the first look takes longer than some tests wait for an answer. */
  const exchanges = new Set<string>();
  return {
    /** Notes a request and its answer. @returns the answer */
    noted({ method, path, body }: SeenRequest, answer: Script): Script {
      exchanges.add(JSON.stringify({ method, path, body, answer }));
      return answer;
    },
    /** The service, whose `stop` fails after anything that is not in the document. */
    watched<Service extends ScriptedService>(service: Service): Service {
      const { stop } = service;
      return Object.assign(service, {
        stop: async () => {
          await stop();
          for (const exchange of exchanges) expectDocumented(JSON.parse(exchange));
        },
      });
    },
  };
}

interface Exchange extends Pick<SeenRequest, "method" | "path" | "body"> {
  readonly answer: Script;
}

function expectDocumented({ method, path, body, answer }: Exchange): void {
  expect(contract.allowsBody(method, path, body), `${method} ${path} ${JSON.stringify(body)}`).toBe(true);
  if ("json" in answer) contract.expectReply(method, path, answer.status, answer.json);
}

/** An operation as the API shows it, with what it shows of every one. */
export function shownOperation(fields: { readonly resource_id: string; readonly [name: string]: unknown }) {
  return { org_id: "org_1", created_at: AT, updated_at: AT, ...fields };
}

const AT = "2026-11-25T00:00:00Z";

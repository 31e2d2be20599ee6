import fc from "fast-check";
import type { Fault } from "../support/connector-store";
import type { Script, SeenRequest } from "../support/scripted-service";

/** The faults of one request, as fast-check generates and prints them. */
export type RequestFault =
  /** The answer is lost or replaced, before the work was done or after it. */
  | { readonly kind: "answer"; readonly work: "not-done" | "done"; readonly answer: Script }
  /** No answer, and the work is done after the last search for it; for a creation. */
  | { readonly kind: "late" }
  /** The list right after a creation does not show it yet. */
  | { readonly kind: "list lags" }
  /** The answer has an additional field, and an unknown status. */
  | { readonly kind: "news" }
  /** From this request on the service does nothing, and answers like this. */
  | { readonly kind: "outage"; readonly answer: Script }
  /** The requesting process is killed. */
  | { readonly kind: "kill"; readonly work: "not-done" | "done" };

const html = (status: number): Script => ({ status, text: "<html><body>Log in</body></html>" });
const detail = (status: number, headers: Record<string, string> = {}): Script => ({
  status,
  json: { detail: `refused with ${status}` },
  headers,
});

/** Answers that replace the right one, whether or not the work was done. */
const ANSWERS: readonly Script[] = [
  { cut: "before-answer" },
  { cut: "inside-answer" },
  { hang: true },
  detail(500),
  detail(503),
  html(502),
  html(200),
  { status: 200, text: '{"id": "con_' },
  { status: 200, json: { ok: true } },
  { status: 202, json: { accepted: true } },
];
/** Those of a service, or of something before it, that has not done the work. */
const REFUSALS: readonly Script[] = [
  detail(429, { "retry-after": "0" }),
  detail(429, { "retry-after": "3600" }),
  detail(400),
  detail(401),
  detail(403),
  detail(404),
  detail(409),
  detail(422),
];

export const requestFault: fc.Arbitrary<RequestFault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      work: fc.constantFrom("not-done" as const, "done" as const),
      answer: fc.constantFrom(...ANSWERS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      work: fc.constant("not-done" as const),
      answer: fc.constantFrom(...REFUSALS),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "late" as const }, { kind: "list lags" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "news" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("outage" as const),
      answer: fc.constantFrom<Script>({ cut: "before-answer" }, detail(503), html(502)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      work: fc.constantFrom("not-done" as const, "done" as const),
    }),
  },
);

/** Whether a request creates a connector. */
export function isCreation({ method, path }: SeenRequest): boolean {
  return method === "POST" && path === "/v1/connectors";
}

/** Whether a request lists the connectors. */
export function isLook({ method, path }: SeenRequest): boolean {
  return method === "GET" && path === "/v1/connectors";
}

/**
 * What the store does about a fault.
 *
 * @param listedBefore - the list before a creation that has not been searched for yet; undefined if there is none
 */
export function played(
  fault: RequestFault | undefined,
  request: SeenRequest,
  listedBefore: Script | undefined,
): Fault {
  switch (fault?.kind) {
    case undefined:
    case "news":
      return undefined;
    case "outage":
      return { work: "not-done", answer: fault.answer };
    case "answer":
      return fault;
    case "kill":
      return { work: fault.work, answer: { cut: "before-answer" } };
    case "late":
      return isCreation(request) ? { work: "late", answer: { cut: "before-answer" } } : undefined;
    case "list lags":
      return isLook(request) && listedBefore !== undefined
        ? { work: "not-done", answer: listedBefore }
        : undefined;
  }
}

/** The same answer from a later service: with an additional field and an unknown status. */
export function withNews(right: Script): Script {
  if (!("json" in right) || typeof right.json !== "object") return right;
  const status = "status" in (right.json ?? {}) ? { status: "thinking" } : {};
  return { ...right, json: { ...right.json, ...status, mood: { of: ["the", "day"] } } };
}

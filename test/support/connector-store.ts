import { heldToDocument, shownOperation } from "./held-to-document";
import {
  type Script,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
} from "./scripted-service";

/** A connector as the store holds it, the details among it that the API never shows. */
export interface StoredConnector {
  id: string;
  org_id: string;
  project_id: string | null;
  name: string;
  service_name: string;
  status: string;
  connection_details: unknown;
  selected_paths?: string[];
  /** What is decided about the tables without a usable replica identity. */
  decisions?: Record<string, string>;
  /** Whether it replicates, which it does with a slot of its own on the source. */
  setUp?: boolean;
}

/**
 * What goes wrong with a request: the work is not done, or done and the answer lost or replaced, or done only when
 * `arriveLate` is called. Undefined: nothing.
 */
export type Fault = { readonly work: "not-done" | "done" | "late"; readonly answer: Script } | undefined;

export interface ConnectorStore extends ScriptedService {
  readonly connectors: StoredConnector[];
  /** Adds a connector that was created elsewhere. */
  add(name: string, fields?: Partial<StoredConnector>): StoredConnector;
  /** What GET /connectors would have answered right before the last creation. */
  listedBefore(): Script;
  /** Does the work of those requests that is late. */
  arriveLate(): void;
  /** Lets the operations that are still running come to their end. */
  settle(): void;
}

/** Work that continues after its request was answered. */
interface Work {
  readonly id: string;
  readonly type: string;
  readonly connector: StoredConnector;
  /** Questions about it until it is completed. */
  left: number;
  readonly result?: unknown;
  effect(): void;
}

/** The tables of every source: one without a replica identity. */
const TABLES = [
  { path: "public.orders", usable_replica_identity: true },
  { path: "public.events", usable_replica_identity: false },
];

/**
 * A service that keeps connectors in memory and lets everything go wrong that the test asks for. Like the real one it
 * does not mind two connectors of one name, or else "never two" could not fail.
 *
 * @param options.polls - how often an operation is asked about before it is completed; by default it is at once
 * @param options.reword - changes the right answer to a request that has no fault
 */
export async function startConnectorStore(
  fault: (request: SeenRequest) => Fault = () => undefined,
  {
    polls = 0,
    reword = (right: Script) => right,
  }: { polls?: number; reword?: (right: Script) => Script } = {},
): Promise<ConnectorStore> {
  const connectors: StoredConnector[] = [];
  const works = new Map<string, Work>();
  let late: SeenRequest[] = [];
  let listedBefore: Script = { status: 200, json: { connectors: [] } };

  const add = (name: string, fields: Partial<StoredConnector> = {}) => {
    const connector = {
      id: `con_${Math.random().toString(36).slice(2, 10)}`,
      org_id: "org_1",
      project_id: "prj_1",
      name,
      service_name: "postgresql",
      status: "created",
      connection_details: {},
      ...fields,
    };
    connectors.push(connector);
    return connector;
  };
  const runningOn = (connector: StoredConnector) =>
    [...works.values()].find((work) => work.connector === connector && work.left > 0);
  const advance = (work: Work, by = 1) => {
    if (work.left <= 0) return;
    work.left -= by;
    if (work.left <= 0) work.effect();
  };
  const begin = (
    kind: "discovery" | "engine_setup" | "delete",
    connector: StoredConnector,
    work: Pick<Work, "effect" | "result">,
  ) => {
    const type = `connector_${kind}`;
    const same = [...works.values()].filter((one) => one.type === type).length;
    const begun: Work = {
      id: `op_${kind}${same === 0 ? "" : `_${same + 1}`}`,
      type,
      connector,
      left: polls,
      ...work,
    };
    works.set(begun.id, begun);
    if (polls === 0) begun.effect();
    return handleOf(begun);
  };

  const document = heldToDocument();
  const service = await startScriptedService((request) => {
    const wrong = fault(request);
    if (wrong?.work === "not-done") return wrong.answer;
    if (wrong?.work === "late") {
      late.push(request);
      return wrong.answer;
    }
    const answer = document.noted(request, work(request));
    return wrong?.answer ?? reword(answer);
  });

  function work({ method, path, query, body }: SeenRequest): Script {
    const fields = (body ?? {}) as Partial<StoredConnector> & { decisions?: Record<string, string> };
    const [, , resource, id, action] = path.split("/");
    const found = connectors.find((connector) => connector.id === id);
    const route = `${method} ${resource}${id === undefined ? "" : "/id"}${action === undefined ? "" : `/${action}`}`;
    switch (route) {
      case "GET projects/id":
        return id?.startsWith("prj_")
          ? { status: 200, json: { id, org_id: "org_1", name: "Shop", created_at: "2026-11-01T00:00:00Z" } }
          : notFound;
      case "GET connectors":
        return list(query.get("org_id"));
      case "POST connectors":
        listedBefore = list(fields.org_id ?? null);
        return { status: 200, json: shown(add(fields.name ?? "", fields)) };
      case "GET operations/id":
        return operation(works.get(id ?? ""));
    }
    if (found === undefined) return notFound;
    const busy = runningOn(found);
    switch (route) {
      case "GET connectors/id":
        return { status: 200, json: shown(found) };
      case "PUT connectors/id":
        return { status: 200, json: shown(Object.assign(found, fields)) };
      case "DELETE connectors/id":
        if (busy?.type === "connector_delete") return handleOf(busy);
        if (busy !== undefined) works.delete(busy.id);
        return begin("delete", found, { effect: () => connectors.splice(connectors.indexOf(found), 1) });
      case "GET connectors/id/quarantine":
        return { status: 200, json: { quarantines: [] } };
      case "POST connectors/id/discover":
        if (busy?.type === "connector_discovery") return handleOf(busy);
        if (busy !== undefined) return refused(400, busy);
        return begin("discovery", found, {
          effect: () => {},
          result: { schemas: [{ name: "public", tables: TABLES }] },
        });
      case "POST connectors/id/selection":
        if (busy !== undefined) return refused(400, busy);
        return { status: 200, json: shown(Object.assign(found, fields)) };
      case "PUT connectors/id/replica-identity-decisions":
        if (busy !== undefined) return refused(409, busy);
        return { status: 200, json: shown(Object.assign(found, { decisions: fields.decisions })) };
      case "POST connectors/id/engine-setup":
        if (busy?.type === "connector_engine_setup") return handleOf(busy);
        if (busy !== undefined) return refused(409, busy);
        if (found.selected_paths === undefined)
          return { status: 400, json: { detail: "Nothing is selected yet" } };
        if (found.setUp) return { status: 200, json: shown(found) };
        return begin("engine_setup", found, { effect: () => Object.assign(found, { setUp: true }) });
      default:
        return notFound;
    }
  }

  function list(orgId: string | null): Script {
    return { status: 200, json: { connectors: connectors.filter((row) => row.org_id === orgId).map(shown) } };
  }

  function operation(asked: Work | undefined): Script {
    if (asked === undefined) return notFound;
    advance(asked);
    const { id, type, left, result } = asked;
    const state = left > 0 ? { status: "running" } : { status: "completed", progress: 100, result };
    return { status: 200, json: shownOperation({ id, type, resource_id: asked.connector.id, ...state }) };
  }

  const store = Object.assign(service, {
    connectors,
    add,
    listedBefore: () => listedBefore,
    arriveLate: () => {
      for (const request of late) work(request);
      late = [];
    },
    settle: () => {
      for (const one of works.values()) advance(one, one.left);
    },
  });
  return document.watched(store);
}

const notFound: Script = { status: 404, json: { detail: "Not found" } };

function handleOf({ id, type, connector }: Work): Script {
  return {
    status: 202,
    json: { operation_id: id, status: "running", type, resource_id: connector.id },
  };
}

function refused(status: number, { id, type }: Work): Script {
  return { status, json: { detail: `Operation ${id} (${type}) is running on this connector` } };
}

function shown({ connection_details: _, decisions: __, setUp: ___, ...row }: StoredConnector): unknown {
  return row;
}

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
}

/**
 * What goes wrong with a request: the work is not done, or done and the answer lost or replaced. Undefined: nothing.
 */
export type Fault = { readonly work: "not-done" | "done"; readonly answer: Script } | undefined;

export interface ConnectorStore extends ScriptedService {
  readonly connectors: StoredConnector[];
  /** Puts a connector there that somebody else made. */
  add(name: string, fields?: Partial<StoredConnector>): StoredConnector;
}

/**
 * A service that keeps connectors in memory and lets everything go wrong that the test asks for. Like the real one it
 * does not mind two connectors of one name, or else "never two" could not fail.
 */
export async function startConnectorStore(
  fault: (request: SeenRequest) => Fault = () => undefined,
): Promise<ConnectorStore> {
  const connectors: StoredConnector[] = [];
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
  const service = await startScriptedService((request) => {
    const wrong = fault(request);
    if (wrong?.work === "not-done") return wrong.answer;
    const answer = work(request, connectors, add);
    return wrong?.answer ?? answer;
  });
  return Object.assign(service, { connectors, add });
}

function work(
  { method, path, query, body }: SeenRequest,
  connectors: StoredConnector[],
  add: ConnectorStore["add"],
): Script {
  const fields = (body ?? {}) as Partial<StoredConnector>;
  const [, , resource, id] = path.split("/");
  const found = connectors.find((connector) => connector.id === id);
  switch (`${method} ${resource}${id === undefined ? "" : "/id"}`) {
    case "GET projects/id":
      return id?.startsWith("prj_")
        ? { status: 200, json: { id, org_id: "org_1", name: "Shop", created_at: "2026-11-01T00:00:00Z" } }
        : notFound;
    case "GET connectors":
      return {
        status: 200,
        json: { connectors: connectors.filter((row) => row.org_id === query.get("org_id")).map(shown) },
      };
    case "POST connectors":
      return { status: 200, json: shown(add(fields.name ?? "", fields)) };
    case "GET connectors/id":
      return found === undefined ? notFound : { status: 200, json: shown(found) };
    case "PUT connectors/id":
      return found === undefined ? notFound : { status: 200, json: shown(Object.assign(found, fields)) };
    case "DELETE connectors/id":
      if (found === undefined) return notFound;
      connectors.splice(connectors.indexOf(found), 1);
      return {
        status: 202,
        json: { operation_id: "op_delete", status: "running", type: "connector_delete", resource_id: id },
      };
    case "GET operations/id":
      return { status: 200, json: { id, status: "completed", type: "connector_delete", progress: 100 } };
    default:
      return notFound;
  }
}

const notFound: Script = { status: 404, json: { detail: "Not found" } };

function shown({ connection_details: _, ...row }: StoredConnector): unknown {
  return row;
}

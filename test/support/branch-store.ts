import { heldToDocument, shownOperation } from "./held-to-document";
import {
  type Script,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
} from "./scripted-service";

/** A branch as the store holds it. */
export interface StoredBranch {
  id: string;
  name: string;
  branch_url: string | null;
  created_at: string;
}

/** A creation, as it is asked for at /v1/operations. */
export interface StoredCreation {
  readonly id: string;
  readonly branch: StoredBranch;
  status: "pending" | "running" | "completed" | "failed";
  error?: string;
}

/** What goes wrong with a request: the work is not done, or done and the answer lost or replaced. */
export type Fault = { readonly work: "not-done" | "done"; readonly answer: Script } | undefined;

export interface BranchStore extends ScriptedService {
  readonly branches: StoredBranch[];
  /** In the order in which they were begun, replays not counted. */
  readonly creations: StoredCreation[];
  /** Adds a branch that was created elsewhere. */
  add(name: string, fields?: Partial<StoredBranch>): StoredBranch;
  /** Ends a creation: its branch is ready, or gone. */
  end(creation: StoredCreation | undefined, status: "completed" | "failed", error?: string): void;
}

/**
 * A service that keeps the branches of `con_1` in memory, with idempotency keys as the document has them, and lets
 * everything go wrong that the test asks for. A key is for ever: a creation that failed, or whose branch was removed
 * since, is replayed like any other.
 *
 * @param options.ends - how a creation ends when it is first asked about; undefined leaves it running
 */
export async function startBranchStore(options: {
  fault?: (request: SeenRequest) => Fault;
  ends?: (creation: StoredCreation) => "completed" | "failed" | undefined;
}): Promise<BranchStore> {
  const { fault = () => undefined, ends = () => "completed" } = options;
  const branches: StoredBranch[] = [];
  const creations: StoredCreation[] = [];
  const keys = new Map<string, { body: string; creation: StoredCreation }>();

  const add: BranchStore["add"] = (name, fields = {}) => {
    const id = `br_${branches.length + creations.length + 1}`;
    const url = `postgresql://role:canary-password@${id}.example.com/shop`;
    const branch = { id, name, branch_url: url, created_at: "2026-11-25T00:00:00Z", ...fields };
    branches.push(branch);
    return branch;
  };
  const end: BranchStore["end"] = (creation, status, error) => {
    if (creation === undefined) throw new Error("there is no such creation");
    Object.assign(creation, { status, ...(error === undefined ? {} : { error }) });
    const { branch } = creation;
    if (status === "failed") branches.splice(branches.indexOf(branch), 1);
    else branch.branch_url = `postgresql://role:canary-password@${branch.id}.example.com/shop`;
  };

  function create({ headers, body }: SeenRequest): Script {
    const key = String(headers["x-idempotency-key"]);
    const known = keys.get(key);
    if (known !== undefined) {
      if (known.body !== JSON.stringify(body)) return refused(409, "the key was used for another request");
      return { ...handle(known.creation), headers: { "x-idempotency-replay": "true" } };
    }
    const { name } = body as { name: string };
    if (branches.some((branch) => branch.name === name)) return refused(400, `the name ${name} is taken`);
    const creation: StoredCreation = {
      id: `op_${creations.length + 1}`,
      branch: add(name, { branch_url: null }),
      status: "pending",
    };
    creations.push(creation);
    keys.set(key, { body: JSON.stringify(body), creation });
    return handle(creation);
  }

  function describe(id: string | undefined): Script {
    const creation = creations.find((one) => one.id === id);
    if (creation === undefined) return refused(404, "Operation not found");
    if (creation.status === "pending") {
      creation.status = "running";
      const ended = ends(creation);
      if (ended !== undefined) end(creation, ended);
    }
    const { status, error = null, branch } = creation;
    const result = status === "completed" ? { branch_url: branch.branch_url } : null;
    return {
      status: 200,
      json: shownOperation({
        ...{ id, type: "branch_create", status, error, result, resource_id: branch.id },
        ...{ stage_label: "copying", progress: 40 },
      }),
    };
  }

  const document = heldToDocument();
  const service = await startScriptedService((request) => {
    const wrong = fault(request);
    if (wrong?.work === "not-done") return wrong.answer;
    const { method, path } = request;
    const work = (): Script => {
      if (method === "POST" && path === "/v1/branch/create") return create(request);
      if (path === "/v1/branches/con_1") return { status: 200, json: branches.map(shown) };
      if (path.startsWith("/v1/operations/")) return describe(path.split("/").at(-1));
      return refused(404, "Not found");
    };
    const answer = document.noted(request, work());
    return wrong?.answer ?? answer;
  });
  return document.watched(Object.assign(service, { branches, creations, add, end }));
}

function shown(branch: StoredBranch): unknown {
  const status = branch.branch_url === null ? "creating" : "ready";
  return { ...branch, connector_id: "con_1", service_type: "postgresql", status };
}

function handle({ id, branch, status }: StoredCreation): Script & { status: number; json: unknown } {
  return {
    status: 202,
    json: { operation_id: id, resource_id: branch.id, status, type: "branch_create" },
  };
}

function refused(status: number, detail: string): Script {
  return { status, json: { detail } };
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A comment, as the doubles store it. */
export interface StoredComment {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly system?: boolean;
}

/** A failure instead of a reply, once. */
export interface Fault {
  /** `POST /path`, or the beginning of it. */
  readonly request: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** The connection is cut after the work was done. */
  readonly cut?: true;
  /** Runs before the reply, such as another run of the command. */
  readonly before?: () => void | Promise<void>;
}

/** A stand-in for a forge's API on this machine. */
export interface ForgeDouble {
  readonly url: string;
  readonly comments: StoredComment[];
  readonly pulls: { number: number; state: string; head: { ref: string; sha: string; owner: string } }[];
  /** Used in this order, each once. */
  readonly faults: Fault[];
  /** `METHOD /path?query` of every request. */
  readonly requests: string[];
  /** What no client may do: a path, verb or header that the forge does not have. */
  readonly mistakes: string[];
  close(): Promise<void>;
}

/** What the double of one forge needs to know. */
interface Routes {
  /** @returns what is wrong with the headers */
  readonly headersProblem: (incoming: IncomingMessage) => string | undefined;
  readonly reply: (request: Request) => Reply | undefined;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly double: ForgeDouble;
}

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}

export const TOKEN = "canary-token-5d1f";
export const ME = "github-actions[bot]";

/** GitHub's API, for the repository acme/infra and its pull request 7. */
export function startGithub(): Promise<ForgeDouble> {
  return start({
    headersProblem: ({ headers }) =>
      headers.authorization !== `Bearer ${TOKEN}`
        ? "authorization"
        : headers["x-github-api-version"] !== "2022-11-28"
          ? "x-github-api-version"
          : headers["user-agent"]?.startsWith("pulumi-ardent/") !== true
            ? "user-agent"
            : undefined,
    reply({ method, path, query, body, double }) {
      const row = ({ id, author, body: text }: StoredComment) => ({
        id,
        body: text,
        html_url: `https://github.example.com/acme/infra/pull/7#issuecomment-${id}`,
        user: author === "ghost" ? null : { login: author },
      });
      if (`${method} ${path}` === "POST /graphql")
        return (body as { query: string }).query === "query { viewer { login } }"
          ? { status: 200, json: { data: { viewer: { login: ME } } } }
          : undefined;
      if (`${method} ${path}` === "GET /repos/acme/infra/pulls") {
        const [owner, ref] = query.get("head")?.split(":") ?? [];
        const found = double.pulls.filter(
          ({ state, head }) => state === query.get("state") && head.owner === owner && head.ref === ref,
        );
        return paged(double.url, path, query, found);
      }
      if (path === "/repos/acme/infra/issues/7/comments") {
        if (method === "GET") return paged(double.url, path, query, double.comments.map(row));
        if (method === "POST") return { status: 201, json: row(added(double, ME, body)) };
      }
      const id = /^\/repos\/acme\/infra\/issues\/comments\/(\d+)$/.exec(path)?.[1];
      return id === undefined ? undefined : changed(double, Number(id), method, "PATCH", body, row);
    },
  });
}

/** GitLab's API, for the project 42 and its merge request 7; its user is number 1, and others have other names. */
export function startGitlab(): Promise<ForgeDouble> {
  return start({
    headersProblem: ({ headers }) =>
      headers["private-token"] !== TOKEN || headers.authorization !== undefined ? "private-token" : undefined,
    reply({ method, path, query, body, double }) {
      const row = ({ id, author, body: text, system = false }: StoredComment) => ({
        id,
        body: text,
        system,
        author: { id: author === ME ? 1 : 2, username: author },
      });
      if (`${method} ${path}` === "GET /user") return { status: 200, json: { id: 1, username: ME } };
      const notes = "/projects/42/merge_requests/7/notes";
      if (path === notes) {
        if (method === "GET") return paged(double.url, path, query, double.comments.map(row));
        if (method === "POST") return { status: 201, json: row(added(double, ME, body)) };
      }
      const id = path.startsWith(`${notes}/`) ? path.slice(notes.length + 1) : undefined;
      return id === undefined ? undefined : changed(double, Number(id), method, "PUT", body, row);
    },
  });
}

/** The id of a comment that was there before. */
let lastId = 100;

/** Stores a comment. */
export function added(double: ForgeDouble, author: string, body: unknown): StoredComment {
  lastId += 1;
  const comment = { id: lastId, author, body: typeof body === "string" ? body : textOf(body) };
  double.comments.push(comment);
  return comment;
}

function textOf(body: unknown): string {
  return (body as { body: string }).body;
}

function changed(
  double: ForgeDouble,
  id: number,
  method: string,
  verb: string,
  body: unknown,
  row: (comment: StoredComment) => unknown,
): Reply | undefined {
  const comment = double.comments.find((one) => one.id === id);
  if (method !== verb && method !== "DELETE") return undefined;
  if (comment === undefined) return { status: 404, json: { message: "Not Found" } };
  if (method === "DELETE") {
    double.comments.splice(double.comments.indexOf(comment), 1);
    return { status: 204 };
  }
  comment.body = textOf(body);
  return { status: 200, json: row(comment) };
}

/** The next page is on another host: a client that follows the link sends its token there. */
function paged(url: string, path: string, query: URLSearchParams, rows: readonly unknown[]): Reply {
  const page = Number(query.get("page") ?? 1);
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const more = page * size < rows.length;
  const next = `<${url.replace("127.0.0.1", "evil.example.com")}${path}?page=${page + 1}>; rel="next"`;
  return {
    status: 200,
    json: rows.slice((page - 1) * size, page * size),
    headers: more
      ? { link: `${next}, <${url}${path}?page=99>; rel="last"` }
      : { link: `<${url}>; rel="first"` },
  };
}

async function start(routes: Routes): Promise<ForgeDouble> {
  const server = createServer((incoming, response) => {
    handle(routes, double, incoming, response).catch((error: unknown) => {
      double.mistakes.push(String(error));
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const double: ForgeDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    pulls: [],
    faults: [],
    requests: [],
    mistakes: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}

async function handle(
  { headersProblem, reply }: Routes,
  double: ForgeDouble,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "" } = incoming;
  const { pathname, searchParams } = new URL(url, double.url);
  const asked = `${method} ${url}`;
  double.requests.push(asked);
  const raw = await text(incoming);
  const fault = double.faults[0];
  const failing = fault !== undefined && asked.startsWith(fault.request) ? double.faults.shift() : undefined;
  await failing?.before?.();
  if (failing?.status !== undefined) {
    response.writeHead(failing.status, { "content-type": "application/json", ...failing.headers });
    response.end(JSON.stringify(failing.json ?? { message: `fault ${failing.status}` }));
    return;
  }
  const problem = headersProblem(incoming);
  const body = raw === "" ? undefined : JSON.parse(raw);
  const answer =
    problem === undefined
      ? reply({ method, path: pathname, query: searchParams, body, double })
      : { status: 401, json: { message: "Bad credentials" } };
  if (problem !== undefined) double.mistakes.push(`${asked}: ${problem}`);
  if (answer === undefined) double.mistakes.push(`${asked}: no such endpoint`);
  if (failing?.cut) {
    response.destroy();
    return;
  }
  const { status, json, headers } = answer ?? { status: 404, json: { message: "Not Found" } };
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

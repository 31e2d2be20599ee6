import type { Hono } from "hono";

interface NamedOperation {
  readonly method: string;
  /** Path template as in the document: `/v1/connectors/{connector_id}`. */
  readonly template: string;
  readonly pattern: RegExp;
}

/** The operations of an app's routes, as the document writes them. */
export class OperationNames {
  private readonly known: readonly NamedOperation[];

  constructor(routes: Hono["routes"]) {
    this.known = routes
      .filter((route) => route.method !== "ALL")
      .map((route) => ({
        method: route.method,
        template: route.path.replace(/:([a-z_]+)/g, "{$1}"),
        pattern: new RegExp(`^${route.path.replace(/:[a-z_]+/g, "[^/]+")}$`),
      }))
      // /v1/connectors/preflight before /v1/connectors/{connector_id}
      .sort((one, other) => one.template.split("{").length - other.template.split("{").length);
  }

  /** Those of Ardent's API: `POST /v1/connectors/{connector_id}/discover`. */
  get documented(): string[] {
    return this.known.filter((one) => one.template.startsWith("/v1/")).map(nameOf);
  }

  /** The name of a request; undefined for a path or method that Ardent's API does not have. */
  nameOf(method: string, path: string): string | undefined {
    const found = this.known.find((one) => one.method === method && one.pattern.test(path));
    return found?.template.startsWith("/v1/") ? nameOf(found) : undefined;
  }

  /** The methods of a path, by its best matching template. */
  methodsOf(path: string): string[] {
    const nearest = this.known.find((one) => one.pattern.test(path))?.template;
    return [...new Set(this.known.filter((one) => one.template === nearest).map((one) => one.method))];
  }
}

function nameOf({ method, template }: NamedOperation): string {
  return `${method} ${template}`;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { expect } from "vitest";

type Json = Record<string, unknown>;
interface MediaType {
  content?: { "application/json"?: { schema: Json } };
}
interface DocumentedOperation {
  requestBody?: MediaType;
  responses: Record<string, MediaType>;
}
interface OpenApiDocument extends Json {
  paths: Record<string, Record<string, DocumentedOperation>>;
}

/** Ardent's public API as the repository holds it. */
export function readDocument(): OpenApiDocument {
  return JSON.parse(readFileSync(join(__dirname, "../fixtures/ardent-openapi.json"), "utf8"));
}

const documentId = "https://ardent.test/openapi.json";
// What any HTTP service may answer, documented or not.
const commonErrors = [401, 403, 404, 405, 413];

/** Holds requests and replies against the document; a property that it does not name is a mistake. */
export class Contract {
  private readonly document = readDocument();
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    this.ajv.addSchema({ ...(closeObjects(this.document) as Json), $id: documentId });
  }

  /** Whether the document allows this body; true for operations without one. */
  allowsBody(method: string, path: string, body: unknown): boolean {
    const [, operation, pointer] = this.operation(method, path);
    if (operation.requestBody?.content === undefined) return body === undefined;
    return this.validator(`${pointer}/requestBody/content/application~1json/schema`)(body) as boolean;
  }

  /** Fails the test unless the document has this answer to this request. */
  expectReply(method: string, path: string, status: number, body: unknown): void {
    const [template, operation, pointer] = this.operation(method, path);
    const where = `${method} ${template} ${status}`;
    const documented = operation.responses[status];
    if (documented === undefined || documented.content === undefined) {
      if (documented === undefined) expect(commonErrors, where).toContain(status);
      expect(body, where).toEqual({ detail: expect.any(String) });
      return;
    }
    const isInvalidRequest = status === 422 && Array.isArray((body as Json).detail);
    const validate = this.validator(
      isInvalidRequest
        ? "#/components/schemas/HTTPValidationError"
        : `${pointer}/responses/${status}/content/application~1json/schema`,
    );
    validate(body);
    expect(validate.errors ?? [], `${where}: ${JSON.stringify(body)}`).toEqual([]);
  }

  private operation(method: string, path: string): [string, DocumentedOperation, string] {
    const { pathname } = new URL(path, "http://localhost");
    const template = Object.keys(this.document.paths)
      .filter((known) => new RegExp(`^${known.replace(/\{[a-z_]+\}/g, "[^/]+")}$`).test(pathname))
      // /v1/connectors/preflight before /v1/connectors/{connector_id}
      .sort((one, other) => one.split("{").length - other.split("{").length)
      .find((known) => this.document.paths[known]?.[method.toLowerCase()] !== undefined);
    const operation = template && this.document.paths[template]?.[method.toLowerCase()];
    if (!template || !operation) throw new Error(`${method} ${pathname} is not in the document`);
    const pointer = `#/paths/${template.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}`;
    return [template, operation, `${pointer}/${method.toLowerCase()}`];
  }

  private validator(pointer: string): ValidateFunction {
    const known = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `${documentId}${pointer}` });
    this.validators.set(pointer, known);
    return known;
  }
}

/** One for all: compiling its schemas takes longer than the requests of most tests. */
export const contract = new Contract();

/** Forbids what a schema does not name, where the schema does not allow more itself. */
function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects);
  if (typeof value !== "object" || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closeObjects(inner)]));
  const isObjectSchema = schema.type === "object" && "properties" in schema;
  return isObjectSchema && !("additionalProperties" in schema)
    ? { ...schema, additionalProperties: false }
    : schema;
}

import { type Api, path } from "./api";
import { type Operation, operationSchema } from "./schemas";
import { maskSecrets } from "./secrets";

/** How long the service delays the response about an operation at most, in seconds (`wait` of GET /operations/{id}). */
export const LONGEST_WAIT_SECONDS = 10;

/** /operations: work that continues at the service after its request was answered. */
export class Operations {
  constructor(private readonly api: Api) {}

  /**
   * @param waitSeconds - how long the service may wait for the end of the operation before it responds, 0 to 10
   * @param signal - stops the waiting; its reason is thrown
   */
  async get(id: string, waitSeconds = 0, signal?: AbortSignal): Promise<Operation> {
    const quick = this.api.request(`read the operation ${id}`, "GET", path`/operations/${id}`);
    const request = {
      ...quick,
      query: { wait: String(waitSeconds) },
      timeoutMs: quick.timeoutMs + waitSeconds * 1000,
      ...(signal === undefined ? {} : { signal }),
    };
    const operation = await this.api.ask(request, operationSchema);
    const mask = <T>(text: T) => (typeof text === "string" ? maskSecrets(text, [this.api.token]) : text);
    const { stage, stage_label, error } = operation;
    return { ...operation, stage: mask(stage), stage_label: mask(stage_label), error: mask(error) };
  }
}

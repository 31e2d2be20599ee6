import { ArdentApiError } from "./errors";
import type { ApiReply, ApiRequest } from "./http";

/** How long a run waits for the first answer of a service, with all retries, in milliseconds. */
const FIRST_ANSWER_MS = 2_000;

/**
 * Whether a service responds, shared by several clients: only the first request waits for a service that does not, and
 * all later ones fail at once with the same error.
 */
export class Reachability {
  /** When the first answer has to be there; undefined before the first request. */
  private deadline: number | undefined;
  private hasAnswered = false;
  private outage: ArdentApiError | undefined;

  /** @param onOutage - called once, if the service does not respond */
  constructor(private readonly onOutage: (outage: ArdentApiError) => void) {}

  /**
   * Sends a request with all its retries, unless the service is known not to respond.
   *
   * @throws ArdentApiError
   */
  async ask(call: () => Promise<ApiReply>): Promise<ApiReply> {
    if (this.outage !== undefined) throw this.outage;
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ArdentApiError) || !error.isOutage) throw error;
      if (this.outage === undefined) {
        this.outage = error;
        this.onOutage(error);
      }
      throw this.outage;
    }
  }

  /** Sends one request; until the service has responded once, without an error of its own, it has less time. */
  async attempt(request: ApiRequest, send: (request: ApiRequest) => Promise<ApiReply>): Promise<ApiReply> {
    const now = Date.now();
    this.deadline ??= now + FIRST_ANSWER_MS;
    const leftMs = Math.max(1, this.deadline - now);
    const timeoutMs = this.hasAnswered ? request.timeoutMs : Math.min(request.timeoutMs, leftMs);
    try {
      const reply = await send({ ...request, timeoutMs });
      this.hasAnswered = true;
      return reply;
    } catch (error) {
      if (error instanceof ArdentApiError && !error.isOutage) this.hasAnswered = true;
      throw error;
    }
  }
}

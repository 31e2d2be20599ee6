import type { Verdict } from "../check/check";
import type { PreflightRequest } from "../request";

/** The verdict of a check of the connector if the request has none; undefined if it has one. */
export function skippedWithoutConnector({ connector }: PreflightRequest): Verdict | undefined {
  return connector ? undefined : { kind: "skipped", message: "no connector is requested" };
}

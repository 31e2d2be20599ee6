import type { PreflightRequest } from "../request";

/** What to do about something missing that the very program creates; nothing to say where no program deploys. */
export function ofThisProgram({ deployer }: PreflightRequest): string {
  return deployer === undefined ? "" : " If this program creates it, add its resource to `dependsOn`.";
}

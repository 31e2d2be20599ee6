import { apiUrlOf, DEFAULT_API_URL } from "../../ardent/api-url";
import type { ArdentApiError } from "../../ardent/errors";
import type { ServiceRefusal } from "../../preflight/facts/service-access";
import type { StackConfig } from "../provider";
import { apiUrlSetting, tokenSetting } from "./service";

/** The refusal if no token is set. */
export const NO_TOKEN: ServiceRefusal = {
  what: "no API token is set",
  object: "ardent:token",
  current: "not set, nor is ARDENT_TOKEN",
  needed: "an API key",
  fix: tokenFix("Create an API key in Ardent's dashboard"),
};

/** What a program names at Ardent, as far as it is known. */
export interface Named {
  readonly projectId?: string | undefined;
  readonly connectorId?: string | undefined;
}

/**
 * Why Ardent's API rejects this program's requests until something is changed: the token, the URL, or the id of the
 * project or connector.
 *
 * @param error - of a request for the project, its connectors or the connector
 * @returns undefined for an error that may end by itself, such as an outage
 */
export function serviceRefusal(
  { code, request, host, problems }: ArdentApiError,
  { projectId, connectorId }: Named,
  config: StackConfig | undefined,
): ServiceRefusal | undefined {
  const what = problems.map((problem) => problem.what).join("; ");
  const token = { what, object: tokenSetting(config)?.name ?? NO_TOKEN.object };
  switch (code) {
    case "unauthorized":
      return {
        ...token,
        current: `rejected by ${host}`,
        needed: "a valid API key",
        fix: tokenFix("Create an API key in Ardent's dashboard"),
      };
    case "forbidden":
      return {
        ...token,
        current: projectId === undefined ? "may not read the connector" : `may not read project ${projectId}`,
        needed: "access to the project and its organization's connectors",
        fix: tokenFix("In Ardent's dashboard, give this key access, or create one that has it"),
      };
    case "unexpected-reply":
      return otherUrl(what, "Check whether a proxy or a login page responds instead. Set the URL", config);
    case "invalid":
    case "not-found":
      if (code === "not-found" && !isVersioned(request))
        return otherUrl("the API URL has no /v1 at its end", "Set the URL with /v1", config);
      if (request.includes("/projects/") && projectId !== undefined)
        return notFound("project", "projectId", projectId);
      if (request.includes("/connectors/") && connectorId !== undefined)
        return notFound("connector", "connectorId", connectorId);
      return undefined;
    default:
      return undefined;
  }
}

/** Whether the URL of the API has its version. */
export function isVersioned(request: string): boolean {
  return request.includes("/v1/");
}

function notFound(what: string, object: string, id: string): ServiceRefusal {
  return {
    what: `Ardent does not find ${what} ${id}, or this token has no access to it`,
    object,
    current: id,
    needed: `a ${what} of the organization that the token belongs to`,
    fix: `Copy the ${what}'s id from Ardent's dashboard, and check that the token belongs to the same organization.`,
  };
}

function tokenFix(first: string): string {
  return `${first}, then set it in the environment as ARDENT_TOKEN, or with:\npulumi config set --secret ardent:token <key>`;
}

function otherUrl(what: string, first: string, config: StackConfig | undefined): ServiceRefusal {
  const set = apiUrlSetting(config);
  return {
    what,
    object: set?.name ?? "ardent:apiUrl",
    current: apiUrlOf({ ...(set === undefined ? {} : { apiUrl: set.value }), allowCleartext: true }),
    needed: `the URL of Ardent's API with its version, such as ${DEFAULT_API_URL}`,
    fix: `${first} in the environment as ARDENT_API_URL, or with:\npulumi config set ardent:apiUrl ${DEFAULT_API_URL}`,
  };
}

import { apiUrlOf, DEFAULT_API_URL } from "../../ardent/api-url";
import type { ArdentApiError } from "../../ardent/errors";
import type { ServiceRefusal } from "../../preflight/facts/service-access";
import type { StackConfig } from "../provider";
import { apiUrlSetting, tokenSetting } from "../runtime/service";

/** The refusal if no token is set. */
export const NO_TOKEN: ServiceRefusal = {
  what: "no API token is set",
  object: "ardent:token",
  current: "not set, nor is ARDENT_TOKEN",
  needed: "an API key",
  fix: tokenFix("Create an API key in Ardent's dashboard"),
};

/**
 * Why Ardent's API rejects this program's requests until a setting is changed: the token, the URL or the project.
 *
 * @param error - of a request for the project or its connectors
 * @returns undefined for an error that may end by itself, such as an outage
 */
export function serviceRefusal(
  { code, request, host, problems }: ArdentApiError,
  projectId: string,
  config: StackConfig | undefined,
): ServiceRefusal | undefined {
  const what = problems.map((problem) => problem.what).join("; ");
  const token = { what, object: tokenSetting(config)?.name ?? NO_TOKEN.object };
  const isOfProject = request.includes("/projects/");
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
        current: `may not read project ${projectId}`,
        needed: "access to the project and its organization's connectors",
        fix: tokenFix("In Ardent's dashboard, give this key access, or create one that has it"),
      };
    case "unexpected-reply":
      return otherUrl(what, "Check whether a proxy or a login page responds instead. Set the URL", config);
    case "invalid":
    case "not-found":
      if (!isOfProject) return undefined;
      if (code === "not-found" && !request.includes("/v1/"))
        return otherUrl("the API URL has no /v1 at its end", "Set the URL with /v1", config);
      return {
        what: `Ardent does not find project ${projectId}, or this token has no access to it`,
        object: "projectId",
        current: projectId,
        needed: "a project of the organization that the token belongs to",
        fix: "Copy the project's id from Ardent's dashboard, and check that the token belongs to the same organization.",
      };
    default:
      return undefined;
  }
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

import { UserError } from "../errors";
import { ForgeApi } from "./forge-api";
import { checkToken, type Environment, headersOf, NO_COMMENT, readUrl, variable } from "./forge-endpoint";

/** What a job of GitLab CI says about GitLab. */
export interface GitlabJob {
  readonly api: ForgeApi;
  /** Id or path. */
  readonly project: string;
}

/** GITLAB_TOKEN; undefined if it is not set. GitLab's own CI_JOB_TOKEN has no access to notes. */
export function gitlabToken(environment: Environment): string | undefined {
  const token = variable(environment, "GITLAB_TOKEN");
  return token && checkToken("GITLAB_TOKEN", token);
}

/**
 * Reads CI_API_V4_URL, and CI_MERGE_REQUEST_PROJECT_ID or CI_PROJECT_ID: a pipeline in a fork has the project of the fork
 * as the latter.
 *
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 * @throws {UserError} if one is not valid
 */
export function gitlabJob(environment: Environment, token: string, userAgent: string): GitlabJob {
  const apiUrl = readUrl(environment, "CI_API_V4_URL", "https://gitlab.com/api/v4");
  const project =
    variable(environment, "CI_MERGE_REQUEST_PROJECT_ID") ?? variable(environment, "CI_PROJECT_ID");
  if (project === undefined)
    throw new UserError(NO_COMMENT, [
      {
        object: "CI_PROJECT_ID",
        what: "is not set",
        needed: "the id or the path of a project",
        fix: "GitLab CI sets it; elsewhere, set it in the environment",
      },
    ]);
  const headers = { ...headersOf(userAgent), "private-token": token };
  return { api: new ForgeApi({ forge: "GitLab", apiUrl, token, headers }), project };
}

import { z } from "zod";
import { UserError } from "../errors";
import { ForgeApi } from "./forge-api";
import { checkToken, type Environment, headersOf, NO_COMMENT, readUrl, variable } from "./forge-endpoint";
import { retryForge } from "./retry";

/** What a job of GitHub Actions says about GitHub. */
export interface GithubJob {
  readonly api: ForgeApi;
  readonly graphqlUrl: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** GITHUB_TOKEN or GH_TOKEN, as GitHub's own command line has it; undefined if neither is set. */
export function githubToken(environment: Environment): string | undefined {
  const name = ["GITHUB_TOKEN", "GH_TOKEN"].find((one) => variable(environment, one) !== undefined);
  return name && checkToken(name, variable(environment, name) ?? "");
}

/**
 * Reads GITHUB_API_URL, GITHUB_GRAPHQL_URL and GITHUB_REPOSITORY.
 *
 * @see https://docs.github.com/actions/reference/variables-reference#default-environment-variables
 * @throws {UserError} if one is not valid
 */
export function githubJob(environment: Environment, token: string, userAgent: string): GithubJob {
  const apiUrl = readUrl(environment, "GITHUB_API_URL", "https://api.github.com");
  const graphqlUrl = readUrl(environment, "GITHUB_GRAPHQL_URL", graphqlBeside(apiUrl));
  const repository = variable(environment, "GITHUB_REPOSITORY") ?? "";
  if (!/^[\w-][\w.-]*\/(?!\.{1,2}$)[\w.-]+$/.test(repository))
    throw new UserError(NO_COMMENT, [
      {
        object: "GITHUB_REPOSITORY",
        what: repository === "" ? "is not set" : "is not the name of a repository",
        needed: "owner/name",
        fix: "GitHub Actions sets it; elsewhere, set it in the environment",
      },
    ]);
  const headers = {
    ...headersOf(userAgent),
    "x-github-api-version": "2022-11-28",
    authorization: `Bearer ${token}`,
  };
  return { api: new ForgeApi({ forge: "GitHub", apiUrl, token, headers }), graphqlUrl, repository };
}

/** GitHub Enterprise Server has its APIs at /api/v3 and /api/graphql. */
function graphqlBeside(apiUrl: string): string {
  return apiUrl.endsWith("/api/v3") ? apiUrl.replace(/v3$/, "graphql") : `${apiUrl}/graphql`;
}

const eventSchema = z.object({
  pull_request: z.object({ number: z.int().positive() }).optional(),
  issue: z.object({ number: z.int().positive(), pull_request: z.unknown().optional() }).optional(),
  workflow_run: z
    .object({
      head_sha: z.string(),
      head_branch: z.string(),
      head_repository: z.object({ owner: z.object({ login: z.string() }) }),
    })
    .optional(),
});

/** The commit of a pull request that another workflow ran for. */
export interface PullRequestHead {
  readonly sha: string;
  readonly branch: string;
  /** Of the repository with the branch: of a fork, another user. */
  readonly owner: string;
}

/**
 * Finds out which pull request an event is about.
 *
 * @param event - the content of GITHUB_EVENT_PATH
 * @returns its number; its head, for `workflow_run`; undefined for an event of anything else
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function pullRequestOf(event: unknown): number | PullRequestHead | undefined {
  const { pull_request, issue, workflow_run } = eventSchema.safeParse(event).data ?? {};
  if (pull_request !== undefined) return pull_request.number;
  if (issue?.pull_request !== undefined) return issue.number;
  if (workflow_run === undefined) return undefined;
  const { head_sha: sha, head_branch: branch, head_repository } = workflow_run;
  return { sha, branch, owner: head_repository.owner.login };
}

const pullRequestSchema = z.object({ number: z.int().positive(), head: z.object({ sha: z.string() }) });

/**
 * Finds the open pull request with this head. The event does not name those from forks, and what such a run says of
 * itself must not be believed.
 *
 * @returns undefined if there is none: it is closed, or has newer commits
 * @throws ForgeError
 */
export async function findPullRequest(
  { api, repository }: Pick<GithubJob, "api" | "repository">,
  { sha, branch, owner }: PullRequestHead,
): Promise<number | undefined> {
  const head = encodeURIComponent(`${owner}:${branch}`);
  const open = await retryForge(() =>
    api.list(`/repos/${repository}/pulls?state=open&head=${head}`, pullRequestSchema),
  );
  return open.find((one) => one.head.sha === sha)?.number;
}

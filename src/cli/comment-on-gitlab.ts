import { type Environment, NO_COMMENT, variable } from "../comment/forge-endpoint";
import { gitlabForge } from "../comment/gitlab";
import { gitlabJob, gitlabToken } from "../comment/gitlab-environment";
import { UserError } from "../errors";
import { notWritten, reportingFailures, writeComment } from "./comment-outcome";
import { readCommentText } from "./comment-text";
import { packageVersion } from "./package-version";

/** The options of `comment gitlab`. */
export interface GitlabOptions {
  readonly name: string;
  readonly mr?: number;
}

/**
 * Runs `comment gitlab`.
 *
 * @returns the exit code
 * @throws {UserError} for wrong usage
 */
export async function commentOnGitlab(
  file: string,
  { name, mr }: GitlabOptions,
  environment: Environment,
): Promise<number> {
  const text = await readCommentText(file, name, { word: "gitlab", longest: 1_000_000 });
  const token = gitlabToken(environment);
  const needs = "It needs a project access token with the scope api; CI_JOB_TOKEN cannot write comments.";
  if (token === undefined) return notWritten("GITLAB_TOKEN is not set", needs);
  const job = gitlabJob(environment, token, `pulumi-ardent/${packageVersion()}`);
  const iid = mr ?? mergeRequestOf(environment);
  return reportingFailures(needs, () => writeComment(gitlabForge(job.api, { ...job, iid }), name, text));
}

function mergeRequestOf(environment: Environment): number {
  const iid = variable(environment, "CI_MERGE_REQUEST_IID");
  if (iid !== undefined && /^[1-9]\d{0,9}$/.test(iid)) return Number(iid);
  throw new UserError(NO_COMMENT, [
    {
      object: "CI_MERGE_REQUEST_IID",
      what: iid === undefined ? "is not set: this is no merge request pipeline" : "is not a number",
      fix: "name the merge request with --mr",
    },
  ]);
}

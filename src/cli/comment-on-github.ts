import { type Environment, NO_COMMENT, variable } from "../comment/forge-endpoint";
import { githubForge } from "../comment/github";
import {
  findPullRequest,
  githubJob,
  githubToken,
  type PullRequestHead,
  pullRequestOf,
} from "../comment/github-environment";
import { UserError } from "../errors";
import { notWritten, reportingFailures, writeComment } from "./comment-outcome";
import { readCommentText } from "./comment-text";
import { packageVersion } from "./package-version";
import { readJson } from "./read-json";
import { writeStepSummary } from "./step-summary";

/** The options of `comment github`. */
export interface GithubOptions {
  readonly name: string;
  readonly pr?: number;
  readonly summary?: boolean;
}

/**
 * Runs `comment github`.
 *
 * @returns the exit code
 * @throws {UserError} for wrong usage
 */
export async function commentOnGithub(
  file: string,
  { name, pr, summary }: GithubOptions,
  environment: Environment,
): Promise<number> {
  const text = await readCommentText(file, name, { word: "github", longest: 65_536 });
  if (summary) writeStepSummary(environment, text);
  const token = githubToken(environment);
  if (token === undefined)
    return notWritten(
      "GITHUB_TOKEN is not set",
      "In GitHub Actions, set it to github.token in the step's env.",
    );
  const job = githubJob(environment, token, `pulumi-ardent/${packageVersion()}`);
  const subject = pr ?? (await subjectOf(environment));
  const needs = "It needs pull-requests: write, which pull requests from forks do not get.";
  return reportingFailures(needs, async () => {
    const number = typeof subject === "number" ? subject : await findPullRequest(job, subject);
    if (number === undefined)
      return notWritten(
        "no open pull request has the commit of this run as its newest",
        "It is closed, or a later run is about it.",
      );
    return writeComment(githubForge(job.api, job.graphqlUrl, { ...job, number }), name, text);
  });
}

async function subjectOf(environment: Environment): Promise<number | PullRequestHead> {
  const file = variable(environment, "GITHUB_EVENT_PATH");
  const fix = "name the pull request with --pr";
  const event = file === undefined ? undefined : await readJson(file, { summary: NO_COMMENT, fix });
  const subject = pullRequestOf(event);
  if (subject !== undefined) return subject;
  const what = file === undefined ? "is not set" : "is an event of no pull request";
  throw new UserError(NO_COMMENT, [{ object: "GITHUB_EVENT_PATH", what, fix }]);
}

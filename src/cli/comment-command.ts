import { type Command, InvalidArgumentError } from "commander";
import { commentOnGithub, type GithubOptions } from "./comment-on-github";
import { commentOnGitlab, type GitlabOptions } from "./comment-on-gitlab";

const FILE = ["<file>", "a file with Markdown, or - for stdin"] as const;

const NAME = [
  "--name <name>",
  "name of the comment; pipelines with different names have a comment each",
  readCommentName,
  "default",
] as const;

const RULES = `It retries after rate limits, errors 5xx and lost connections, for at most 5 minutes. Only a comment that the token's own
user wrote is updated.

Exit code: 0 done, or no token that may write comments; 1 the forge failed or rejected it; 2 wrong usage.`;

const GITHUB_HELP = `
Examples:
  In a step of GitHub Actions, with GITHUB_TOKEN in its environment:
    pulumi-ardent comment github review.md --summary

  Elsewhere, with GITHUB_TOKEN, and GITHUB_REPOSITORY set to acme/infra:
    pulumi-ardent comment github review.md --pr 7

The token is that of GITHUB_TOKEN or GH_TOKEN and needs pull-requests: write. Without one, or if it may not write (in pull
requests from forks), no comment is written. The pull request is that of the event: pull_request, issue_comment, or
workflow_run, for which it is looked up by its newest commit.

Limits: 65,536 characters; 1 MiB for the summary.
${RULES}`;

const GITLAB_HELP = `
Examples:
  In a merge request pipeline, with GITLAB_TOKEN as a masked variable of the project:
    pulumi-ardent comment gitlab review.md

  Elsewhere, with GITLAB_TOKEN, and CI_PROJECT_ID set to acme/infra:
    pulumi-ardent comment gitlab review.md --mr 7

GITLAB_TOKEN is a project access token with the scope api: GitLab gives CI_JOB_TOKEN no access to comments. Without it (in
pipelines of forks), no comment is written. A line that GitLab would run as a quick action, such as /merge, is escaped.

Limits: 1,000,000 characters.
${RULES}`;

/**
 * Adds `comment github` and `comment gitlab` to the command line.
 *
 * @param exit - called with the exit code
 */
export function addCommentCommand(program: Command, exit: (code: number) => void): void {
  const comment = program
    .command("comment")
    .description("make or update the one comment of a pull request or merge request");
  comment
    .command("github")
    .description("make or update the one comment of a pull request")
    .argument(...FILE)
    .option("--pr <number>", "the pull request; by default that of the event", readNumber)
    .option(...NAME)
    .option("--summary", "also add the text to the step's summary, even without a token")
    .addHelpText("after", GITHUB_HELP)
    .action(async (file: string, options: GithubOptions) => {
      exit(await commentOnGithub(file, options, process.env));
    });
  comment
    .command("gitlab")
    .description("make or update the one comment of a merge request")
    .argument(...FILE)
    .option("--mr <number>", "the merge request; by default that of the pipeline", readNumber)
    .option(...NAME)
    .addHelpText("after", GITLAB_HELP)
    .action(async (file: string, options: GitlabOptions) => {
      exit(await commentOnGitlab(file, options, process.env));
    });
}

function readNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("Write the number alone, such as 7.");
  return Number(text);
}

/** Only what cannot end the marker or look like another one. */
function readCommentName(text: string): string {
  if (!/^[\w.-]{1,100}$/.test(text))
    throw new InvalidArgumentError("A name has 1 to 100 letters, digits, or characters of _ . -");
  return text;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { added, type ForgeDouble, startGithub, startGitlab, TOKEN } from "../comment/forge-double";
import { commandLine, type Finished } from "./command-line";

const MARKER = "<!-- pulumi-ardent comment: default -->\n";
const TEXT = "# 2 privileges gained\n";

let folder: string;
let double: ForgeDouble;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-ardent-comment-"));
});
afterEach(async () => {
  await double.close();
  rmSync(folder, { recursive: true });
  expect(double.mistakes).toEqual([]);
});

/** Writes a file for the command. */
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const bodies = () => double.comments.map(({ body }) => body);

/** Whether anything that the command printed has the token in it. */
const leaks = ({ stdout, stderr }: Finished) => `${stdout}${stderr}`.includes(TOKEN);

describe("pulumi-ardent comment github", () => {
  beforeEach(async () => {
    double = await startGithub();
  });

  /** Runs it in a job of GitHub Actions. */
  function run(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    { event, stdin }: { readonly event?: unknown; readonly stdin?: string } = {},
  ): Promise<Finished> {
    return commandLine(["comment", "github", ...args], {
      ...(stdin === undefined ? {} : { stdin }),
      environment: {
        GITHUB_TOKEN: TOKEN,
        GITHUB_API_URL: double.url,
        GITHUB_REPOSITORY: "acme/infra",
        ...(event === undefined ? {} : { GITHUB_EVENT_PATH: file("event.json", JSON.stringify(event)) }),
        ...environment,
      },
    });
  }

  it("creates the comment of the event's pull request, then updates it", async () => {
    const review = file("review.md", TEXT);
    const event = { pull_request: { number: 7 } };
    expect(await run([review], {}, { event })).toEqual({
      exitCode: 0,
      stdout: `Created the comment of pull request #7 of acme/infra: https://github.example.com/acme/infra/pull/7#issuecomment-${double.comments[0]?.id}\n`,
      stderr: "",
    });
    expect(bodies()).toEqual([MARKER + TEXT]);
    const updated = await run(["-"], {}, { event, stdin: "No changes" });
    expect(updated).toMatchObject({ exitCode: 0, stderr: "" });
    expect(updated.stdout).toMatch(/^Updated the comment of pull request #7 of acme\/infra: /);
    expect(bodies()).toEqual([`${MARKER}No changes`]);
  });

  it("has a comment for each --name, and takes the pull request from --pr", async () => {
    const review = file("review.md", TEXT);
    await run([review, "--pr", "7", "--name", "prod"]);
    await run([review, "--pr", "7"], {}, { event: { pull_request: { number: 8 } } });
    expect(bodies()).toEqual([`<!-- pulumi-ardent comment: prod -->\n${TEXT}`, MARKER + TEXT]);
  });

  it("takes the pull request from a comment's event, and GH_TOKEN", async () => {
    const event = { issue: { number: 7, pull_request: {} } };
    const tokens = { GITHUB_TOKEN: "", GH_TOKEN: TOKEN };
    const finished = await run([file("review.md", TEXT)], tokens, { event });
    expect(finished.exitCode).toBe(0);
    expect(bodies()).toEqual([MARKER + TEXT]);
  });

  describe("after another workflow's run", () => {
    const head_repository = { owner: { login: "mallory" } };
    const event = {
      workflow_run: { head_sha: "abc", head_branch: "a/b & c", head_repository, pull_requests: [] },
    };
    const head = { ref: "a/b & c", sha: "abc", owner: "mallory" };

    it("finds the pull request from a fork", async () => {
      double.pulls.push(
        { number: 4, state: "closed", head },
        { number: 5, state: "open", head: { ...head, owner: "acme" } },
        { number: 6, state: "open", head: { ...head, sha: "newer" } },
        { number: 7, state: "open", head },
      );
      const finished = await run([file("review.md", TEXT)], {}, { event });
      expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
      expect(bodies()).toEqual([MARKER + TEXT]);
    });

    it("writes nothing if the pull request has newer commits", async () => {
      double.pulls.push({ number: 7, state: "open", head: { ...head, sha: "newer" } });
      expect(await run([file("review.md", TEXT)], {}, { event })).toEqual({
        exitCode: 0,
        stdout: "",
        stderr:
          "No comment was written: no open pull request has the commit of this run as its newest. It is closed, or a later run is about it.\n",
      });
      expect(bodies()).toEqual([]);
    });
  });

  it("adds the text to the step's summary too", async () => {
    const summary = file("summary.md", "before\n");
    const finished = await run([file("review.md", TEXT), "--pr", "7", "--summary"], {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(finished.exitCode).toBe(0);
    expect(readFileSync(summary, "utf8")).toBe(`before\n${TEXT}\n`);
    expect(bodies()).toEqual([MARKER + TEXT]);
  });

  it("writes only the summary without a token, as in a pull request from a fork", async () => {
    const summary = join(folder, "summary.md");
    const finished = await run([file("review.md", TEXT), "--summary"], {
      GITHUB_TOKEN: "",
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(finished).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "No comment was written: GITHUB_TOKEN is not set. In GitHub Actions, set it to github.token in the step's env.\n",
    });
    expect(readFileSync(summary, "utf8")).toBe(`${TEXT}\n`);
    expect(double.requests).toEqual([]);
  });

  it("writes only the summary if the token may not write", async () => {
    const summary = join(folder, "summary.md");
    const message = "Resource not accessible by integration";
    double.faults.push({ request: "POST /repos", status: 403, json: { message } });
    const finished = await run([file("review.md", TEXT), "--pr", "7", "--summary"], {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(finished).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "No comment was written: the token may not write it (403: Resource not accessible by integration). It needs pull-requests: write, which pull requests from forks do not get.\n",
    });
    expect(readFileSync(summary, "utf8")).toBe(`${TEXT}\n`);
  });

  it("exits 1 for other failures, and prints neither the token nor a terminal's codes", async () => {
    const message = `\u001b[2J\n::set-output name=x::${TOKEN}`;
    double.faults.push({ request: "POST /graphql", status: 401, json: { message } });
    const finished = await run([file("review.md", TEXT), "--pr", "7"]);
    expect(finished).toMatchObject({ exitCode: 1, stdout: "" });
    expect(finished.stderr).toContain("GitHub rejected the token (401: \\x1b[2J\\n::set-output name=x::***)");
    expect(leaks(finished)).toBe(false);
  });

  it("exits 1 if the token is wrong", async () => {
    const finished = await run([file("review.md", TEXT), "--pr", "7"], { GITHUB_TOKEN: `${TOKEN}-revoked` });
    expect(finished).toMatchObject({ exitCode: 1, stdout: "" });
    expect(leaks(finished)).toBe(false);
    expect(double.mistakes.splice(0)).toEqual(["POST /graphql: authorization"]);
  });

  it("accepts 65,536 characters with the marker, and refuses one more before it writes anything", async () => {
    const longest = "é".repeat(65_536 - MARKER.length);
    const summary = join(folder, "summary.md");
    expect((await run([file("a.md", longest), "--pr", "7"])).exitCode).toBe(0);
    const finished = await run([file("b.md", `${longest}x`), "--pr", "7", "--summary"], {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain("is too long for a comment: 65,537 characters with its marker");
    expect(finished.stderr).toContain("pulumi-ardent review --for github");
    expect(bodies()).toEqual([MARKER + longest]);
  });

  it("refuses a summary that GitHub would not show", async () => {
    const summary = file("summary.md", "x".repeat(1024 ** 2 - TEXT.length));
    const finished = await run([file("review.md", TEXT), "--pr", "7", "--summary"], {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain("would have 1,048,577 bytes");
    expect(bodies()).toEqual([]);
  });

  it.each([
    ["for a number that is none", ["--pr", "7; rm"], {}, "Write the number alone, such as 7."],
    ["for a name that ends the marker", ["--pr", "7", "--name", "a -->"], {}, "A name has 1 to 100 letters"],
    ["for --summary elsewhere", ["--pr", "7", "--summary"], {}, "GITHUB_STEP_SUMMARY: is not set"],
    [
      "for a path in the repository",
      ["--pr", "7"],
      { GITHUB_REPOSITORY: "acme/.." },
      "GITHUB_REPOSITORY: is not",
    ],
    ["for http", ["--pr", "7"], { GITHUB_API_URL: "http://github.example.com" }, "GITHUB_API_URL: is not"],
    ["for two tokens", ["--pr", "7"], { GITHUB_TOKEN: `${TOKEN}\n${TOKEN}` }, "GITHUB_TOKEN: is not a token"],
  ])("exits 2 %s", async (_, args, environment, message) => {
    const finished = await run([file("review.md", TEXT), ...args], environment);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(message);
    expect(leaks(finished)).toBe(false);
    expect(double.requests).toEqual([]);
  });

  it.each([
    ["without an event", undefined, "GITHUB_EVENT_PATH: is not set"],
    ["for a push", { ref: "main" }, "GITHUB_EVENT_PATH: is an event of no pull request"],
    ["for an issue", { issue: { number: 7 } }, "GITHUB_EVENT_PATH: is an event of no pull request"],
  ])("exits 2 %s", async (_, event, message) => {
    const finished = await run([file("review.md", TEXT)], {}, { event });
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(message);
    expect(double.requests).toEqual([]);
  });

  it("exits 2 for a text that is empty, and for a file that is not there", async () => {
    expect((await run(["-", "--pr", "7"], {}, { stdin: " \n" })).stderr).toContain("- stdin: is empty");
    const missing = await run([join(folder, "none.md"), "--pr", "7"]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("cannot be read (ENOENT)");
  });
});

describe("pulumi-ardent comment gitlab", () => {
  beforeEach(async () => {
    double = await startGitlab();
  });

  /** Runs it in a merge request pipeline. */
  function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return commandLine(["comment", "gitlab", ...args], {
      environment: {
        GITLAB_TOKEN: TOKEN,
        CI_API_V4_URL: double.url,
        CI_PROJECT_ID: "42",
        CI_MERGE_REQUEST_IID: "7",
        ...environment,
      },
    });
  }

  it("creates the note of the pipeline's merge request, then updates it", async () => {
    added(double, "alice", "Hello");
    expect(await run([file("review.md", TEXT)])).toEqual({
      exitCode: 0,
      stdout: "Created the comment of merge request !7 of project 42\n",
      stderr: "",
    });
    expect(await run([file("review.md", "No changes")])).toMatchObject({
      exitCode: 0,
      stdout: "Updated the comment of merge request !7 of project 42\n",
    });
    expect(bodies()).toEqual(["Hello", `${MARKER}No changes`]);
  });

  it("takes the project of the merge request in a fork's pipeline, and the number from --mr", async () => {
    const review = file("review.md", TEXT);
    const fork = { CI_PROJECT_ID: "666", CI_MERGE_REQUEST_PROJECT_ID: "42", CI_MERGE_REQUEST_IID: "" };
    expect((await run([review, "--mr", "7"], fork)).exitCode).toBe(0);
    expect(bodies()).toEqual([MARKER + TEXT]);
  });

  it("writes nothing without a token", async () => {
    expect(await run([file("review.md", TEXT)], { GITLAB_TOKEN: "", CI_JOB_TOKEN: TOKEN })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "No comment was written: GITLAB_TOKEN is not set. It needs a project access token with the scope api; CI_JOB_TOKEN cannot write comments.\n",
    });
    expect(double.requests).toEqual([]);
  });

  it("writes nothing if the token has another scope", async () => {
    const json = { error: "insufficient_scope", error_description: "The request requires higher privileges" };
    double.faults.push({ request: "POST /projects", status: 403, json });
    const finished = await run([file("review.md", TEXT)]);
    expect(finished).toMatchObject({ exitCode: 0, stdout: "" });
    expect(finished.stderr).toContain(
      "(403: The request requires higher privileges). It needs a project access",
    );
  });

  it("exits 1 for other failures", async () => {
    double.faults.push({ request: "GET /projects", status: 404, json: { message: "404 Not found" } });
    const finished = await run([file("review.md", TEXT)]);
    expect(finished).toMatchObject({ exitCode: 1, stdout: "" });
    expect(finished.stderr).toContain("GET /projects/42/merge_requests/7/notes at 127.0.0.1");
    expect(leaks(finished)).toBe(false);
  });

  it.each([
    ["without a merge request", { CI_MERGE_REQUEST_IID: "" }, "CI_MERGE_REQUEST_IID: is not set"],
    ["for a number that is none", { CI_MERGE_REQUEST_IID: "../8" }, "CI_MERGE_REQUEST_IID: is not a number"],
    ["without a project", { CI_PROJECT_ID: "" }, "CI_PROJECT_ID: is not set"],
  ])("exits 2 %s", async (_, environment, message) => {
    const finished = await run([file("review.md", TEXT)], environment);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(message);
    expect(double.requests).toEqual([]);
  });

  it("refuses more than 1,000,000 characters", async () => {
    const finished = await run([file("review.md", "x".repeat(1_000_000))]);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain("pulumi-ardent review --for gitlab");
  });
});

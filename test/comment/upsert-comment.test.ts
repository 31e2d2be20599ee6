import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Forge } from "../../src/comment/forge";
import { githubForge } from "../../src/comment/github";
import { githubJob } from "../../src/comment/github-environment";
import { gitlabForge } from "../../src/comment/gitlab";
import { gitlabJob } from "../../src/comment/gitlab-environment";
import { upsertComment } from "../../src/comment/upsert-comment";
import { added, type ForgeDouble, ME, startGithub, startGitlab, TOKEN } from "./forge-double";

const MARKER = "<!-- pulumi-ardent comment: default -->\n";
const QUICK = { attempts: 4, totalMs: 5_000, initialDelayMs: 1 };
const AGENT = "pulumi-ardent/0.0.0";

const FORGES = [
  {
    name: "GitHub",
    start: startGithub,
    list: "GET /repos/acme/infra/issues/7/comments",
    create: "POST /repos/acme/infra/issues/7/comments",
    update: "PATCH /repos/acme/infra/issues/comments/",
    forgeOf({ url }: ForgeDouble): Forge {
      const environment = { GITHUB_API_URL: url, GITHUB_REPOSITORY: "acme/infra" };
      const job = githubJob(environment, TOKEN, AGENT);
      return githubForge(job.api, job.graphqlUrl, { ...job, number: 7 });
    },
  },
  {
    name: "GitLab",
    start: startGitlab,
    list: "GET /projects/42/merge_requests/7/notes",
    create: "POST /projects/42/merge_requests/7/notes",
    update: "PUT /projects/42/merge_requests/7/notes/",
    forgeOf({ url }: ForgeDouble): Forge {
      const job = gitlabJob({ CI_API_V4_URL: url, CI_PROJECT_ID: "42" }, TOKEN, AGENT);
      return gitlabForge(job.api, { ...job, iid: 7 });
    },
  },
];

describe.each(FORGES)("the one comment of $name", ({ start, forgeOf, list, create, update }) => {
  let double: ForgeDouble;
  beforeEach(async () => {
    double = await start();
  });
  afterEach(async () => {
    await double.close();
    expect({ mistakes: double.mistakes, faults: double.faults }).toEqual({ mistakes: [], faults: [] });
  });
  const upsert = (text: string, name = "default") => upsertComment(forgeOf(double), name, text, QUICK);
  const bodies = () => double.comments.map(({ body }) => body);

  it("is created, and then updated in place", async () => {
    added(double, "alice", "Looks good");
    expect(await upsert("first")).toMatchObject({ created: true });
    expect(await upsert("No changes")).toMatchObject({ created: false });
    expect(bodies()).toEqual(["Looks good", `${MARKER}No changes`]);
  });

  it("is found on the last of several pages", async () => {
    for (let count = 0; count < 250; count++) added(double, "alice", `comment ${count}`);
    added(double, ME, `${MARKER}old`);
    expect(await upsert("new")).toMatchObject({ created: false });
    expect(bodies().at(-1)).toBe(`${MARKER}new`);
    expect(double.comments).toHaveLength(251);
    const pages = double.requests.filter((asked) => asked.startsWith(list));
    expect(pages.map((asked) => asked.replace(/^.*[?&](per_page=\d+&page=\d+)$/, "$1"))).toEqual(
      [1, 2, 3].map((page) => `per_page=100&page=${page}`),
    );
  });

  it("is not one that somebody else wrote, with the same marker", async () => {
    added(double, "mallory", `${MARKER}planted`);
    added(double, "ghost", `${MARKER}of a deleted user`);
    expect(await upsert("ours")).toMatchObject({ created: true });
    await upsert("ours again");
    expect(bodies()).toEqual([`${MARKER}planted`, `${MARKER}of a deleted user`, `${MARKER}ours again`]);
  });

  it("is not another one of the same user", async () => {
    added(double, ME, `See ${MARKER}`);
    added(double, ME, "<!-- pulumi-ardent comment: default-2 -->\nother");
    await upsert("ours");
    await upsert("prod's", "prod");
    expect(bodies()).toEqual([
      `See ${MARKER}`,
      "<!-- pulumi-ardent comment: default-2 -->\nother",
      `${MARKER}ours`,
      "<!-- pulumi-ardent comment: prod -->\nprod's",
    ]);
  });

  it("replaces several of its own by the oldest", async () => {
    added(double, ME, `${MARKER}one`);
    added(double, "alice", "Why are there two?");
    added(double, ME, `${MARKER}two`);
    expect(await upsert("new")).toMatchObject({ created: false });
    expect(bodies()).toEqual([`${MARKER}new`, "Why are there two?"]);
  });

  it("is one after two runs that saw none", async () => {
    // The other run creates its own after this one has listed none.
    double.faults.push({ request: create, before: () => void added(double, ME, `${MARKER}other run`) });
    await upsert("this run");
    expect(bodies()).toEqual([`${MARKER}this run`]);
  });

  it("is one after several runs at the same time", async () => {
    await Promise.all(["a", "b", "c", "d"].map((text) => upsert(text)));
    expect(double.comments).toHaveLength(1);
    expect(bodies()[0]).toMatch(/^<!-- pulumi-ardent comment: default -->\n[abcd]$/);
  });

  it("is one if the reply to its creation is lost", async () => {
    double.faults.push({ request: create, cut: true });
    expect(await upsert("text")).toMatchObject({ created: true });
    expect(bodies()).toEqual([`${MARKER}text`]);
  });

  it.each([
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["502", { status: 502 }],
    ["a cut connection", { cut: true } as const],
  ])("is written after %s of each request", async (_, fault) => {
    added(double, ME, `${MARKER}old`);
    double.faults.push({ request: list, ...fault }, { request: update, ...fault });
    await upsert("new");
    expect(bodies()).toEqual([`${MARKER}new`]);
  });

  it("waits as long as the forge asks for", async () => {
    double.faults.push({ request: list, status: 429, headers: { "retry-after": "1" } });
    const begun = Date.now();
    await upsert("text");
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000);
  });

  it("is not written when the forge asks for more time than there is", async () => {
    double.faults.push({ request: list, status: 429, headers: { "retry-after": "3600" } });
    await expect(upsert("text")).rejects.toThrow("fix:     run it again in 3600 seconds");
    expect(bodies()).toEqual([]);
  });

  it("is not written after a few failures in a row", async () => {
    for (let count = 0; count < 4; count++) double.faults.push({ request: list, status: 503 });
    await expect(upsert("text")).rejects.toMatchObject({ facts: { kind: "unavailable", status: 503 } });
    expect(double.requests.filter((asked) => asked.startsWith(list))).toHaveLength(4);
  });

  it.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [422, "rejected"],
    [302, "rejected"],
  ])("is not written after %i, at once", async (status, kind) => {
    const headers = { location: "https://evil.example.com/" };
    double.faults.push({ request: create, status, headers, json: { message: `it had ${TOKEN} in it` } });
    const error = await upsert("text").catch((one: unknown) => one);
    expect(error).toMatchObject({ facts: { kind, status } });
    expect(String(error)).toContain("it had *** in it");
    expect(double.requests.filter((asked) => asked.startsWith(create))).toHaveLength(1);
  });

  it("is not written if something else responds", async () => {
    double.faults.push({ request: list, status: 200, json: { login: "please" } });
    await expect(upsert("text")).rejects.toThrow("(200: JSON with unexpected fields)");
  });
});

const RATE_LIMITS: readonly Record<string, string>[] = [
  { "retry-after": "0" },
  { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
];

describe("GitHub", () => {
  it.each(RATE_LIMITS)("has a rate limit that it reports as 403: %o", async (headers) => {
    const double = await startGithub();
    const [github] = FORGES;
    double.faults.push({ request: "POST /graphql", status: 403, headers });
    if (github !== undefined) await upsertComment(github.forgeOf(double), "default", "text", QUICK);
    await double.close();
    expect(double.comments.map(({ body }) => body)).toEqual([`${MARKER}text`]);
  });
});

describe("GitLab", () => {
  it("runs no line of the text as a quick action, and writes no note of its own", async () => {
    const double = await startGitlab();
    const gitlab = FORGES[1];
    double.comments.push({ id: 1, author: ME, body: `${MARKER}added a label`, system: true });
    const text = "a /merge b\n/merge\n  /close\n/* not one */\n";
    if (gitlab !== undefined) await upsertComment(gitlab.forgeOf(double), "default", text, QUICK);
    await double.close();
    expect(double.comments.map(({ body }) => body)).toEqual([
      `${MARKER}added a label`,
      `${MARKER}a /merge b\n&#47;merge\n  &#47;close\n/* not one */\n`,
    ]);
  });
});

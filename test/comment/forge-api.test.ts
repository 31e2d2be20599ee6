import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ForgeApi } from "../../src/comment/forge-api";
import { githubJob } from "../../src/comment/github-environment";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function apiOf(listener: RequestListener): Promise<ForgeApi> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new ForgeApi({ forge: "GitHub", apiUrl, token: "token", headers: {} }, 500);
}

describe("all requests of a run together", () => {
  it.each<[string, RequestListener]>([
    ["the list never ends", (_, response) => response.setHeader("link", '<x>; rel="next"').end("[]")],
    ["a reply never ends", (_, response) => void response.write("[")],
    ["there is no reply", () => {}],
  ])("have a limit, also if %s", async (_, listener) => {
    const api = await apiOf(listener);
    await expect(api.list("/rows", z.unknown())).rejects.toThrow(
      "no response from GitHub (within 0.5 seconds)",
    );
  });
});

describe("GitHub's other API", () => {
  it.each([
    [{}, "https://api.github.com/graphql"],
    [{ GITHUB_API_URL: "https://github.example.com/api/v3/" }, "https://github.example.com/api/graphql"],
    [{ GITHUB_GRAPHQL_URL: "https://other.example.com/graphql" }, "https://other.example.com/graphql"],
  ])("is where the variables say: %o", (environment, url) => {
    const job = githubJob({ GITHUB_REPOSITORY: "acme/infra", ...environment }, "token", "agent");
    expect(job.graphqlUrl).toBe(url);
  });
});

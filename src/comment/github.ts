import { z } from "zod";
import type { Forge, OwnComment } from "./forge";
import type { ForgeApi } from "./forge-api";

const commentSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  html_url: z.string(),
  /** Null for a user that was deleted. */
  user: z.object({ login: z.string() }).nullable(),
});

const viewerSchema = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

/** A pull request. */
export interface GithubTarget {
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

/**
 * The comments of a pull request.
 *
 * @param graphqlUrl - of GitHub's other API: it alone says whose a token of GitHub Actions is
 * @see https://docs.github.com/rest/issues/comments
 */
export function githubForge(api: ForgeApi, graphqlUrl: string, { repository, number }: GithubTarget): Forge {
  const issues = `/repos/${repository}/issues`;
  const list = `${issues}/${number}/comments`;
  const one = ({ id }: OwnComment) => `${issues}/comments/${id}`;
  return {
    subject: `pull request #${number} of ${repository}`,
    async listOwn() {
      const query = {
        method: "POST",
        path: graphqlUrl,
        body: { query: "query { viewer { login } }" },
      } as const;
      const { viewer } = (await api.ask(query, viewerSchema)).data;
      const comments = await api.list(list, commentSchema);
      return comments.filter(({ user }) => user?.login === viewer.login).map(ownComment);
    },
    create: async (body) =>
      ownComment(await api.ask({ method: "POST", path: list, body: { body } }, commentSchema)),
    async update(comment, body) {
      await api.ask({ method: "PATCH", path: one(comment), body: { body } }, commentSchema);
    },
    remove: (comment) => api.remove(one(comment)),
  };
}

function ownComment({ id, body, html_url }: z.output<typeof commentSchema>): OwnComment {
  return { id, body: body ?? "", url: html_url };
}

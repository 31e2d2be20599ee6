import { z } from "zod";
import type { Forge, OwnComment } from "./forge";
import type { ForgeApi } from "./forge-api";

const noteSchema = z.object({
  id: z.int(),
  body: z.string(),
  /** Written by GitLab itself, in the name of the user. */
  system: z.boolean(),
  author: z.object({ id: z.int() }),
});

/** A merge request. */
export interface GitlabTarget {
  /** Id or path. */
  readonly project: string;
  /** The number in its project. */
  readonly iid: number;
}

/**
 * The notes of a merge request.
 *
 * @see https://docs.gitlab.com/api/notes/#merge-requests
 */
export function gitlabForge(api: ForgeApi, { project, iid }: GitlabTarget): Forge {
  const notes = `/projects/${encodeURIComponent(project)}/merge_requests/${iid}/notes`;
  const one = ({ id }: OwnComment) => `${notes}/${id}`;
  return {
    subject: `merge request !${iid} of project ${project}`,
    async listOwn() {
      const me = await api.ask({ method: "GET", path: "/user" }, z.object({ id: z.int() }));
      const all = await api.list(`${notes}?sort=asc&order_by=created_at`, noteSchema);
      return all.filter(({ system, author }) => !system && author.id === me.id);
    },
    create: (body) => api.ask({ method: "POST", path: notes, body: noteOf(body) }, noteSchema),
    async update(comment, body) {
      await api.ask({ method: "PUT", path: one(comment), body: noteOf(body) }, noteSchema);
    },
    remove: (comment) => api.remove(one(comment)),
  };
}

/**
 * GitLab runs a line such as `/merge` as a command of the token's user: the text may repeat names from a database.
 *
 * @see https://docs.gitlab.com/user/project/quick_actions/
 */
function noteOf(text: string): { readonly body: string } {
  return { body: text.replace(/^(\s*)\/(?=[a-z])/gim, "$1&#47;") };
}

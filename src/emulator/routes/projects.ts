import { Hono } from "hono";
import { z } from "zod";
import { refuse } from "../http/api-error";
import { readBody, readQuery } from "../http/validation";
import type { Store } from "../model/store";

const listQuery = z.object({ org_id: z.string() });
const createBody = z.object({ name: z.string().min(1).max(100), org_id: z.string().nullish() });

/** /v1/projects */
export function projectRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.get("/", (context) => {
    store.requireMembership(readQuery(context, listQuery).org_id, "query");
    return context.json({ projects: [...store.projects.values()] });
  });

  routes.post("/", async (context) => {
    const { name, org_id } = await readBody(context, createBody);
    store.requireMembership(org_id, "body");
    if ([...store.projects.values()].some((project) => project.name === name)) {
      throw refuse(409, `A project named ${name} already exists`);
    }
    return context.json(store.addProject(name), 201);
  });

  routes.get("/:project_id", (context) => context.json(store.project(context.req.param("project_id"))));

  return routes;
}

import { type Api, path } from "./api";
import { type Project, projectSchema } from "./schemas";

/** /projects. */
export class Projects {
  constructor(private readonly api: Api) {}

  get(projectId: string): Promise<Project> {
    const request = this.api.request(`read the project ${projectId}`, "GET", path`/projects/${projectId}`);
    return this.api.ask(request, projectSchema);
  }
}

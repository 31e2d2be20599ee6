/*
 * A URN is `urn:pulumi:<stack>::<project>::<types>::<name>`; the types are those of the parents and of the resource, with a
 * `$` between them. Only the name can contain `::`.
 *
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */

/** The types of a resource's parents, and at the end its own. */
export function typesOf(urn: string): readonly string[] {
  return urn.split("::")[2]?.split("$") ?? [];
}

/** The resource's name. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The project and the stack of the first resource, if there is one. */
export function stackOf(steps: readonly { readonly urn: string }[]) {
  const [, name, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(steps[0]?.urn ?? "") ?? [];
  return name === undefined || project === undefined ? {} : { stack: { project, name } };
}

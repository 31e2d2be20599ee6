import * as pulumi from "@pulumi/pulumi";

/**
 * The ids of the resources of the program that arguments come from, or that are depended on. In a preview an id is not
 * known while its resource is still to be created or replaced.
 *
 * @param inputs - arguments; what is plain comes from none
 */
export function idsBehind(inputs: readonly unknown[]): pulumi.Output<string[]> {
  const found = inputs.filter((input) => pulumi.Output.isInstance(input)).map(resourcesBehind);
  return pulumi.output(Promise.all(found).then((resources) => idsOf(resources.flat())));
}

/** The same of the resources that an option `dependsOn` names. */
export function idsOfDependencies(
  dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
): pulumi.Output<string[]> {
  const resources: pulumi.Output<unknown> = pulumi.output<unknown>(dependsOn);
  return resources.apply((named) => idsOf([named].flat().filter(pulumi.Resource.isInstance)));
}

/** Whether this is a preview in which a resource is still to be created or replaced. */
export async function isToBeCreated({ id }: pulumi.CustomResource): Promise<boolean> {
  const isKnown: unknown = await Reflect.get(id, "isKnown");
  return pulumi.runtime.isDryRun() && isKnown === false;
}

/** A component has no id: those of what it consists of stand for it. */
function idsOf(resources: readonly pulumi.Resource[]): pulumi.Output<string[]> {
  return pulumi.all(resources.flatMap(leavesOf).map(({ id }) => id));
}

function leavesOf(resource: pulumi.Resource): pulumi.CustomResource[] {
  if (pulumi.CustomResource.isInstance(resource)) return [resource];
  const children: unknown = Reflect.get(resource, "__childResources");
  if (!(children instanceof Set)) return [];
  return [...children].filter(pulumi.Resource.isInstance).flatMap(leavesOf);
}

/** The SDK knows them, and has no type for it. */
async function resourcesBehind(output: pulumi.Output<unknown>): Promise<pulumi.Resource[]> {
  const allResources: unknown = Reflect.get(output, "allResources");
  const resources: unknown = typeof allResources === "function" ? await allResources.call(output) : [];
  return resources instanceof Set ? [...resources].filter(pulumi.Resource.isInstance) : [];
}

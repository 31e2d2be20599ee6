/**
 * The name of a child resource: the parent's name, followed by parts that make it unique among its siblings.
 *
 * Parts are escaped, so that two different lists of parts never give the same name: a URN cannot be changed later.
 */
export function childName(parent: string, ...parts: readonly string[]): string {
  return `${parent}-${parts.map((part) => encodeURIComponent(part).replaceAll(".", "%2E")).join(".")}`;
}

/**
 * The name of a child resource: the parent's, then what tells it from its siblings.
 *
 * Parts are escaped, so that two different lists of parts never give one name: a URN is for ever.
 */
export function childName(parent: string, ...parts: readonly string[]): string {
  return `${parent}-${parts.map((part) => encodeURIComponent(part).replaceAll(".", "%2E")).join(".")}`;
}

/** The path of a property, as a program would write it: `schemas.public.owners[1]`, `decisions["public.events"]`. */
export function propertyPath(keys: readonly PropertyKey[]): string {
  return keys
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return IDENTIFIER.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
    })
    .join("")
    .replace(/^\./, "");
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

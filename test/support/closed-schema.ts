/** A JSON schema without room for fields that it does not describe: what is printed has to be described. */
export function closedSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedSchema);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, closedSchema(inner)]);
  const copy = Object.fromEntries(entries);
  return "properties" in value ? { ...copy, additionalProperties: false } : copy;
}

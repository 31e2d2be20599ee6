/** A field that is in no document. */
export const unknownField = "introduced_later";
/** A status or a state that is in no document. */
export const unknownStatus = "recalibrating";

/** Half of a reply, like that of a proxy that failed in between. */
export function half(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}

/** The same reply from a later version of the service: every object has an additional field. */
export function withUnknownFields(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    isPlainObject(value) && !(unknownField in value)
      ? { ...value, [unknownField]: "by a later version" }
      : value,
  );
}

/** The same reply with an unknown word for every status and state. */
export function withUnknownStatuses(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    (key === "status" || key === "state") && typeof value === "string" ? unknownStatus : value,
  );
}

/** The page of a proxy that gets no reply from the service. */
export function proxyPage(status: number): string {
  return `<!DOCTYPE html>
<html><head><title>${status}</title></head>
<body><center><h1>${status}</h1></center><hr><center>nginx</center></body></html>
`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

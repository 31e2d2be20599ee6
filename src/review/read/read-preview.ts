import { readDigest } from "./digest";
import { readEvents } from "./event-log";
import type { Preview } from "./preview";

/** What there is to review when Pulumi printed nothing. */
const NOTHING: Preview = { form: "nothing", steps: [], diagnostics: [], violations: [], complete: false };

/**
 * Reads what a preview printed: the digest of `--json`, JSON lines of events, or nothing at all.
 *
 * @returns undefined for any other text
 */
export function readPreview(text: string): Preview | undefined {
  if (text.trim() === "") return NOTHING;
  return readDigest(parsed(text)) ?? readDigest(parsed(documentIn(text))) ?? readEvents(text);
}

/** The JSON document in an output that has other lines too, as of `pulumi preview --json 2>&1`. */
function documentIn(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.slice(lines.indexOf("{"), lines.lastIndexOf("}") + 1).join("\n");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

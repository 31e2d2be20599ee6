/** A token of pg_hba.conf as the server reads it. */
export interface HbaToken {
  /** Without quotes. */
  readonly text: string;
  /** Whether it begins with a quote: then it is never a keyword, a group or a file. */
  readonly quoted: boolean;
}

/** A line of pg_hba.conf, with the lines that continue it. */
export interface HbaFileLine {
  /** The number of its last line in the file. */
  readonly lastLine: number;
  /** Each field is a list of tokens that commas separate. */
  readonly fields: readonly (readonly HbaToken[])[];
}

/**
 * Splits pg_hba.conf into tokens as the server does.
 *
 * @param options.continued - whether a backslash at the end of a line continues it: from 14 on
 * @returns the lines by the number of their first line, as pg_hba_file_rules counts them
 * @see tokenize_auth_file and next_token in hba.c
 */
export function parseHbaFile(
  text: string,
  { continued }: { readonly continued: boolean },
): ReadonlyMap<number, HbaFileLine> {
  const parsed = new Map<number, HbaFileLine>();
  const lines = text.split("\n").map((line) => line.replace(/\r+$/, ""));
  for (let index = 0; index < lines.length; index += 1) {
    const firstLine = index + 1;
    const parts: string[] = [];
    while (continued && lines[index]?.endsWith("\\")) {
      parts.push(lines[index]?.slice(0, -1) ?? "");
      index += 1;
    }
    parts.push(lines[index] ?? "");
    parsed.set(firstLine, {
      lastLine: Math.min(index + 1, lines.length),
      fields: fieldsOf(parts.join("")),
    });
  }
  return parsed;
}

/** A blank or a comma before a token; a token of quoted and plain parts, with the comma after it; or a comment. */
const TOKEN = /[ \t\r,]*(?:((?:"(?:[^"]|"")*(?:"|$)|[^" \t\r,#])+)(,)?|#.*$)/y;

function fieldsOf(line: string): HbaToken[][] {
  const fields: HbaToken[][] = [];
  let field: HbaToken[] = [];
  for (const [, raw, comma] of line.matchAll(new RegExp(TOKEN, "gy"))) {
    if (raw === undefined) break;
    field.push({ text: unquote(raw), quoted: raw.startsWith('"') });
    if (comma !== undefined) continue;
    fields.push(field);
    field = [];
  }
  if (field.length > 0) fields.push(field);
  return fields;
}

/** Removes the quotes; two quotes inside of quotes mean one. */
function unquote(raw: string): string {
  return raw.replace(/"((?:[^"]|"")*)(?:"|$)/g, (_, inner: string) => inner.replaceAll('""', '"'));
}

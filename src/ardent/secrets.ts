import { printable } from "../printable";

/** Replaces a secret in a text. */
export const MASK = "***";

/**
 * Masks secrets in a text: known ones everywhere, in every form that a URL, JSON, a connection string or SQL uses, and
 * unknown ones if the text marks them as secrets: the password of any URL, `password=…`, and a quoted text after
 * `password`.
 *
 * If a URL is malformed, with unescaped `/` or `@` in its password, too much is masked rather than too little.
 *
 * @param secrets - those of fewer than four characters are not masked, because that would make the text unreadable
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.filter((secret) => secret.length >= 4).flatMap(formsOf));
  // The longest first, as one secret may be a part of another.
  const known = [...forms].sort((one, other) => other.length - one.length);
  if (!isShort(text.matchAll(POSTGRES_URL), MOST_URLS)) return MASK;
  let masked = text;
  for (const form of known) masked = masked.replaceAll(form, MASK);
  for (const [pattern, replacement] of UNKNOWN_SECRETS) masked = masked.replace(pattern, replacement);
  return masked;
}

/** Whether there are at most this many of them. */
function isShort(matches: Iterable<unknown>, most: number): boolean {
  let count = 0;
  for (const _ of matches) {
    count += 1;
    if (count > most) return false;
  }
  return true;
}

/** How a secret is written: as it is, in a URL, in a query, in a URL inside a query; quoted; any of these in JSON. */
function formsOf(secret: string): string[] {
  const wellFormed = Buffer.from(secret).toString();
  const url = new URL("postgresql://user@host");
  url.password = wellFormed;
  const encoded = encodeURIComponent(wellFormed);
  const once = [
    encoded,
    encoded.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
    encodeURI(wellFormed),
    url.password,
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
  ];
  const inUrls = [...once, ...once.map(encodeURIComponent)];
  return [
    secret,
    ...inUrls,
    ...inUrls.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    secret.replace(/['\\]/g, "\\$&"),
    secret.replaceAll("'", "''"),
    secret.replace(/['\\]/g, "\\$&").replaceAll("'", "''"),
  ].flatMap(jsonFormsOf);
}

function jsonFormsOf(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = escaped.replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [text, escaped, ascii, printable(text)];
}

/** The start of the pattern that searches the longest text for a password. */
const POSTGRES_URL = /\bpostgres(?:ql)?(?::\/\/|%)/gi;

/** A text with more of them is not useful to read, and takes long to search: it is masked as a whole. */
const MOST_URLS = 100;

// The lengths are limited, because the text comes from a service and the search must never take long.
const UNKNOWN_SECRETS: readonly (readonly [RegExp, string])[] = [
  // A Postgres URL, also after a line break that is written as \n: to the last @ of the word, since people forget to
  // encode; where the word has none, of the line, unless what follows the colon is a port.
  [
    /((?:\b|(?<=\\[nrt]))postgres(?:ql)?:\/\/[^\s/:@]{0,300}):(?:\S{0,2000}@|(?!\d{1,5}(?:[/?\s"'`]|$))[^\n]{0,2000}@)/gi,
    `$1:${MASK}@`,
  ],
  [/(:\/\/[^\s/:@]{0,300}):[^\s/]{0,2000}@/g, `$1:${MASK}@`],
  // The same in the query of another URL.
  [
    /((?:\b|(?<=\\[nrt]))postgres(?:ql)?%(?:25)*3A%(?:25)*2F%(?:25)*2F\S{0,300}?%(?:25)*3A)\S{0,2000}%(?:25)*40/gi,
    `$1${MASK}%40`,
  ],
  // The same quoted inside of a string of SQL, with '' or \': CREATE SUBSCRIPTION … CONNECTION 'password=''a b'''
  [
    /(password\s{0,9}=\s{0,9})(?:''(?:[^']|(?<=\\)''){0,2000}''|''(?=[^\s'])[^\n]{0,2000}|\\'(?:[^']|(?<=\\)'){0,2000}\\')/gi,
    `$1${MASK}`,
  ],
  // libpq's `password=…` and that of a query, quoted, cut off inside its quotes, or up to the next space.
  [
    /(password(?:\s{0,9}=\s{0,9}|%(?:25)*3D))(?:'(?:[^'\\]|\\.){0,2000}'|\\?'[^\n]{0,2000}|(?:\\.|[^\s\\]){1,2000})/gi,
    `$1${MASK}`,
  ],
  // JSON's `"password": "…"` and SQL's `PASSWORD '…'`. In \'' the backslash escapes the first quote or is a character
  // before a doubled quote, as standard_conforming_strings says: the string is taken to continue.
  [
    /(password["']?\s{0,9}:?\s{0,9})(?:E?'(?:[^'\\]|\\''|\\.|''){0,2000}'|'(?:[^']|''){0,2000}'|"(?:[^"\\]|\\.){0,2000}")/gi,
    `$1'${MASK}'`,
  ],
];

/**
 * The secrets in a request's connection details: the whole URL and its password, or a separate `password`.
 */
export function secretsOf(details: Readonly<Record<string, unknown>>): string[] {
  const secrets: string[] = [];
  if (typeof details.password === "string") secrets.push(details.password);
  if (typeof details.url === "string") {
    secrets.push(details.url);
    if (URL.canParse(details.url)) {
      const { password } = new URL(details.url);
      secrets.push(password, decodeURIComponent(password));
    }
  }
  return secrets;
}

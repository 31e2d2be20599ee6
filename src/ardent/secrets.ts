/** What stands in a text in the place of a secret. */
export const MASK = "***";

const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;

/**
 * Masks secrets in a text that came from the service: known ones wherever they stand, as they are and
 * URL-encoded, and the password of any URL.
 *
 * @param secrets - those of fewer than four characters are left alone, as masking them would garble the text
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets.filter((each) => each.length >= 4)) {
    for (const form of new Set([secret, encodeURIComponent(secret)])) masked = masked.replaceAll(form, MASK);
  }
  return masked.replace(URL_PASSWORD, `$1:${MASK}@`);
}

/**
 * The secrets that a request's connection details carry: the URL as a whole and its password, or a `password`
 * of its own.
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

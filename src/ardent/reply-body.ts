/**
 * How large a reply may be, in bytes after decompression. The largest that is documented, a preflight report with its
 * grant script, has some hundred bytes for each schema and table.
 */
export const REPLY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Reads a reply's body as text. It is read in pieces, because a few kilobytes of compressed zeros become gigabytes.
 *
 * @returns undefined when it is larger than {@link REPLY_LIMIT_BYTES}; the rest is not read
 * @throws any error of `fetch` while the body arrives, including its signal's reason
 */
export async function readReplyBody({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > REPLY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

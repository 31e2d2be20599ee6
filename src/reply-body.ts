/**
 * Reads a reply's body as text. It is read in pieces, because a few kilobytes of compressed zeros become gigabytes.
 *
 * @param limitBytes - how large it may be after decompression
 * @returns undefined when it is larger; the rest is not read
 * @throws any error of `fetch` while the body arrives, including its signal's reason
 */
export async function readReplyBody({ body }: Response, limitBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

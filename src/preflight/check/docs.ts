import { shippedPage } from "../../shipped-page";

/** The page of a check. One place, so that it can become a URL. */
export function docsUrl(id: string): string {
  return shippedPage(`checks/${id}.md`);
}

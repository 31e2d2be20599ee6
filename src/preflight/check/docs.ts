import { shippedPage } from "../../shipped-page";

/** The page of a check. Only here, so that it can be changed to a URL. */
export function docsUrl(id: string): string {
  return shippedPage(`checks/${id}.md`);
}

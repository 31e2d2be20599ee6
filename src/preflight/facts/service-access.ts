import { z } from "zod";
import { schemaOf } from "../../schema-of";

/** Whether Ardent's API accepts this program's requests. Handed in: preflight does not use HTTP. */
export interface ServiceAccess {
  /** Why it does not, if that lasts until a setting is changed; undefined if it does. */
  readonly refusal?: ServiceRefusal;
}

/** A request that Ardent's API rejects because of the token, the URL or the project. */
export interface ServiceRefusal {
  /** One line: what is wrong. */
  readonly what: string;
  /** What it is about, such as `ardent:token`. */
  readonly object: string;
  /** Its value or state; never the token. */
  readonly current: string;
  readonly needed: string;
  readonly fix: string;
}

/** The schema of the access to Ardent's API. */
export const serviceAccessSchema = schemaOf<ServiceAccess>()(
  z.object({
    refusal: z
      .object({
        what: z.string(),
        object: z.string(),
        current: z.string(),
        needed: z.string(),
        fix: z.string(),
      })
      .optional(),
  }),
);

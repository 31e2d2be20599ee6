import { z } from "zod";

/**
 * The format of an id. Ardent's API document says only "string" without an example, so this accepts prefixed words,
 * numbers and UUIDs: one word that is safe in a line of a log and in a path, where `.` and `..`, even encoded, would
 * lead to another endpoint.
 */
export const idSchema = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,200}$/, {
  error: "is not an id: needs 1 to 200 characters, each a letter, a digit or one of _ . : -, and not . or ..",
});

/** A branch's URL as it becomes an output: one line, Postgres', without blanks; empty while there is none. */
export const branchUrlSchema = z
  .string()
  .refine((text) => text === "" || (/^postgres(ql)?:\/\/[^\s\p{C}]+$/u.test(text) && URL.canParse(text)));

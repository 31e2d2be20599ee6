import { z } from "zod";

/**
 * What an id of Ardent's may be. Its API document says only "string" and shows none, so this takes prefixed
 * words, numbers and UUIDs alike: one word that means itself in a path, where `.` and `..` would lead to another endpoint, however
 * they are encoded, and in a line of a log.
 */
export const idSchema = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,200}$/, {
  error: "is not an id: needs 1 to 200 characters, each a letter, a digit or one of _ . : -, and not . or ..",
});

/** A branch's URL as it becomes an output: one line, Postgres', without blanks; empty while there is none. */
export const branchUrlSchema = z
  .string()
  .refine((text) => text === "" || (/^postgres(ql)?:\/\/[^\s\p{C}]+$/u.test(text) && URL.canParse(text)));

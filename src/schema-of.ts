import type { z } from "zod";

/** A type without what a schema cannot express: readonly, and the difference between optional and undefined. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]-?: Plain<Exclude<T[K], undefined>> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? unknown : never;

/**
 * Ties a schema to a type: the code does not compile if one of the two has a field, a word or an alternative that the
 * other lacks.
 *
 * @example const pointSchema = schemaOf<Point>()(z.object({ x: z.number(), y: z.number() }));
 */
export function schemaOf<T>() {
  return <S extends z.ZodType<T>>(schema: S & Same<Plain<z.output<S>>, Plain<T>>): S => schema;
}

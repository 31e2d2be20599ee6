import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaOf } from "../src/schema-of";

interface Point {
  readonly x: number;
  readonly label?: string;
  readonly kind: "a" | "b";
}

describe("a schema that is held to a type", () => {
  it("compiles only if both are equal", () => {
    const { shape } = schemaOf<Point>()(
      z.object({ x: z.number(), label: z.string().optional(), kind: z.enum(["a", "b"]) }),
    );
    // @ts-expect-error an optional field is missing
    schemaOf<Point>()(z.object({ x: shape.x, kind: shape.kind }));
    // @ts-expect-error a field that the type lacks
    schemaOf<Point>()(z.object({ ...shape, more: z.string() }));
    // @ts-expect-error a word that the type lacks
    schemaOf<Point>()(z.object({ ...shape, kind: z.enum(["a", "b", "c"]) }));
    // @ts-expect-error a word is missing
    schemaOf<Point>()(z.object({ ...shape, kind: z.enum(["a"]) }));
    expect(Object.keys(shape)).toEqual(["x", "label", "kind"]);
  });
});

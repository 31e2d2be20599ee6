import { printableJson } from "../../printable-text";
import { UNKNOWN } from "../../unknown-value";
import { plainPhrase } from "../phrase";
import type { Review } from "../review";

/**
 * Writes the reviews as JSON: its fields are a contract, `schemaVersion` counts its breaking changes. A name that only the
 * deployment knows is null.
 */
export function renderJson(reviews: readonly Review[]): string {
  const plain = reviews.map((review) => ({
    ...review,
    findings: review.findings.map((finding) => ({
      ...finding,
      subjects: finding.subjects.map(({ text, ...subject }) => ({ text: plainPhrase(text), ...subject })),
    })),
  }));
  return `${printableJson({ schemaVersion: 1, reviews: withoutUnknown(plain) }, 2)}\n`;
}

function withoutUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item)]));
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPreview } from "../../src/review/read/read-preview";
import { FORGES } from "../../src/review/render/limits";
import { renderMarkdown } from "../../src/review/render/markdown";
import { review } from "../../src/review/review";
import { withoutChecklist } from "./without-checklist";

const PREVIEWS = join(__dirname, "previews");

/* Recorded from the real engine by test/engine/programs/reviewed-previews.test.ts, which records and compares them again. */
it.each(readdirSync(PREVIEWS))("reviews the recorded preview %s as before", async (file) => {
  const { exitCode, preview: digest } = JSON.parse(readFileSync(join(PREVIEWS, file), "utf8"));
  const preview = readPreview(JSON.stringify(digest));
  expect(preview).toBeDefined();
  if (preview === undefined) return;
  const reviews = [review({ preview, exitCode }, new Map())];
  const markdown = renderMarkdown(reviews, { limit: FORGES.github, pageUrl: () => undefined });
  await expect(withoutChecklist(markdown)).toMatchFileSnapshot(
    join(__dirname, "golden", file.replace(".json", ".md")),
  );
});

it("shows one of them in the documentation", () => {
  const [page, golden] = [
    join(__dirname, "../../docs/review.md"),
    join(__dirname, "golden/schema-dropped.md"),
  ];
  expect(readFileSync(page, "utf8")).toContain(`\`\`\`\`markdown\n${readFileSync(golden, "utf8")}\`\`\`\`\n`);
});

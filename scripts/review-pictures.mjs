// node scripts/review-pictures.mjs: draws the pictures of docs/images: a review as a pull request on GitHub shows it, light
// and dark, at the width of a desktop and of a phone. Only the colors of the SQL are missing.
// node scripts/review-pictures.mjs FOLDER: draws every review of test/review/golden into this folder, to look at.
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { run } from "./lib/command.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain, step } from "./lib/report.mjs";
import { commentPage } from "./review-pictures/comment-page.mjs";
import { CHROMIUM, ensureDebianPrograms } from "./review-pictures/debian-programs.mjs";

const REVIEWS = join(repository, "test/review/golden");
const STYLESHEET = createRequire(import.meta.url).resolve("github-markdown-css");

/** GitHub's comment on a desktop, and a common phone. */
const WIDTHS = { desktop: 800, phone: 390 };

/** @typedef {{review: string, device: keyof typeof WIDTHS, colors: "light" | "dark"}} Picture */

/** The review that README.md shows. */
const SHOWN = "schema-dropped";

runMain(async () => {
  const [folder] = process.argv.slice(2);
  await ensureDebianPrograms();
  const files = await readdir(REVIEWS);
  const pictures =
    folder === undefined ? looksOf(SHOWN) : files.flatMap((file) => looksOf(basename(file, ".md")));
  await step(`Drawing ${pictures.length} pictures`, "a second each", () =>
    draw(pictures, folder === undefined ? join(repository, "docs/images") : resolve(folder)),
  );
});

/**
 * @param {string} review
 * @returns {Picture[]}
 */
function looksOf(review) {
  return [
    { review, device: "desktop", colors: "light" },
    { review, device: "desktop", colors: "dark" },
    { review, device: "phone", colors: "light" },
    { review, device: "phone", colors: "dark" },
  ];
}

/**
 * @param {Picture[]} pictures
 * @param {string} folder - created if needed; a picture in it is named for its review, device and colors
 */
async function draw(pictures, folder) {
  await mkdir(folder, { recursive: true });
  const stylesheet = await readFile(STYLESHEET, "utf8");
  const browser = await chromium.launch({ executablePath: CHROMIUM });
  try {
    for (const { review, device, colors } of pictures) {
      const page = await browser.newPage({
        viewport: { width: WIDTHS[device], height: 100 },
        // Sharp on the screens of today.
        deviceScaleFactor: 2,
        colorScheme: colors,
        // The names in a review are hostile. GitHub removes what could run; here nothing runs.
        javaScriptEnabled: false,
        offline: true,
      });
      await page.setContent(commentPage(await rendered(review), stylesheet));
      const file = join(folder, `review-${review}-${device}-${colors}.png`);
      await page.screenshot({ path: file, fullPage: true });
      await page.close();
      // A third of the size; text needs few colors.
      await run("pngquant", ["--force", "--output", file, "64", file]);
    }
  } finally {
    await browser.close();
  }
}

/**
 * By GitHub's own renderer, with the extensions of its comments. There a line break in the text is one on the page.
 *
 * @param {string} review
 * @returns {Promise<string>} its HTML
 */
function rendered(review) {
  const extensions = ["table", "strikethrough", "autolink", "tagfilter", "tasklist"];
  return run("cmark-gfm", [
    ...["--unsafe", "--hardbreaks", "--github-pre-lang"],
    ...extensions.flatMap((name) => ["-e", name]),
    join(REVIEWS, `${review}.md`),
  ]);
}

// What draws the pictures: of one system, so that they are the same wherever they are drawn.
import { existsSync } from "node:fs";
import { installPackages, isRootOnDebian } from "../lib/debian.mjs";
import { SetupError } from "../lib/report.mjs";

export const CHROMIUM = "/usr/bin/chromium";

/** Packages, each with a file of it that is needed. The fonts are those that GitHub asks for on Linux. */
const PACKAGES = {
  chromium: CHROMIUM,
  "cmark-gfm": "/usr/bin/cmark-gfm",
  pngquant: "/usr/bin/pngquant",
  "fonts-noto-core": "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
  "fonts-liberation": "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
};

/** @throws {SetupError} when something is missing and cannot be installed */
export async function ensureDebianPrograms() {
  const missing = Object.entries(PACKAGES).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return;
  if (!isRootOnDebian()) {
    throw new SetupError(
      `The pictures are drawn with the Debian packages ${Object.keys(PACKAGES).join(", ")}.`,
      `Missing here: ${missing.join(", ")}. Install them, or run this as root in a container of Debian.`,
    );
  }
  await installPackages(...missing);
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shippedPage } from "../src/shipped-page";
import { commandLine } from "./cli/command-line";

const ROOT = join(__dirname, "..");

describe("the place of a page that messages name", () => {
  it.each([
    "/home/ada/infra/node_modules/pulumi-ardent/dist/shipped-page.js",
    "/infra/node_modules/.pnpm/pulumi-ardent@0.1.0/node_modules/pulumi-ardent/dist/shipped-page.js",
    "C:\\infra\\node_modules\\pulumi-ardent\\dist\\shipped-page.js",
  ])("is in the project's node_modules where the package is installed: %s", (file) => {
    expect(shippedPage("checks/wal-level.md", file)).toBe(
      "node_modules/pulumi-ardent/docs/checks/wal-level.md",
    );
  });

  it("is a path of the repository in a clone", async () => {
    const page = shippedPage("checks/wal-level.md");
    expect(page).toBe("docs/checks/wal-level.md");
    expect(existsSync(join(ROOT, page))).toBe(true);
    const { stderr } = await commandLine(["emulator", "--faults", join(ROOT, "package.json")]);
    expect(stderr).toMatch(/see: +docs\/emulator\.md$/m);
  });
});

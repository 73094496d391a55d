import { access } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { Command } from "commander";
import { chromium as playwright } from "playwright-core";

/*
 * `npm run picture`: the page that `npm run demo` has left, as the documents show it. A page's figures are the demo's
 * own, so the picture is of nothing made up; a demo of few servers fits on it.
 */

new Command("npm run picture --")
  .description("makes docs/images/report-page.png of the page that the demo has left")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

const root = join(import.meta.dirname, "..");
const page = join(root, ".patchplane", "demo-report", "report.html");
const picture = join(root, "docs", "images", "report-page.png");
/** Wide enough for the tables' first columns, and as much of the page as a document shows. */
const shown = { width: 1180, height: 1680 };

await access(page).catch((cause: unknown) => {
  throw new Error(`${page} is not there: npm run demo -- --servers 40 makes it`, { cause });
});
// Without the sandbox, which root cannot have; what it shows was made here.
const args = ["--headless=shell", "--no-sandbox"];
const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args });
try {
  const opened = await browser.newPage({ viewport: shown, colorScheme: "light" });
  await opened.goto(pathToFileURL(page).href);
  await opened.locator("html.ready").waitFor();
  await opened.screenshot({ path: picture });
} finally {
  await browser.close();
}
process.stdout.write(`${picture} written\n`);

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { folderOfAll } from "../../../harness/folders.ts";

/** Milliseconds that the browser may take for anything: a limit for what hangs, below mocha's own. */
const patience = 100_000;

/** Pictures of what the specs saw; CI keeps the folder. */
const pictures = join(process.cwd(), ".patchplane", "screenshots");

/** A page in the browser, and all that it did besides being shown. */
export interface Opened {
  readonly page: Page;
  /** Addresses that it asked for, itself left out. */
  readonly requests: readonly string[];
  /** What the browser complained about: errors of the script, breaches of the policy. */
  readonly complaints: readonly string[];
}

/** The browser of a block of specs. */
export interface TestBrowser {
  readonly open: (html: string, options?: BrowserContextOptions & { readonly hash?: string }) => Promise<Opened>;
}

/**
 * Unpacks Chromium into a folder of its own. The package would put it beside everybody's temporary files and take what is
 * there for whole, also what another process has begun to write, or one that was killed has left.
 */
async function unpacked(folder: string): Promise<string> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/**
 * One headless Chromium for all specs of a block. Where it cannot start they are skipped, and the reason is printed;
 * with `CI` set it has to start.
 */
export function browserOfAll(): TestBrowser {
  const folder = folderOfAll();
  let browser: Browser | undefined;
  let opened = 0;

  before(async function () {
    try {
      const executablePath = await unpacked(folder());
      // Without the sandbox, which root cannot have; what it shows is made here. Web security stays on.
      browser = await playwright.launch({
        executablePath,
        args: ["--headless=shell", "--no-sandbox"],
        timeout: patience,
      });
    } catch (error) {
      if (process.env["CI"] !== undefined) throw error;
      process.stdout.write(`    skipped, as no Chromium starts here: ${String(error).split("\n", 1).join("")}\n`);
      this.skip();
    }
  });
  after(() => browser?.close());
  afterEach(() => Promise.all((browser?.contexts() ?? []).map((context) => context.close())));

  return {
    open: async (html, { hash = "", ...options } = {}) => {
      if (browser === undefined) throw new Error("no browser");
      const file = join(folder(), `${String(opened++)}.html`);
      writeFileSync(file, html);
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
      page.setDefaultTimeout(patience);
      const own = pathToFileURL(file).href;
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(own)) requests.push(request.url());
      });
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("dialog", (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(`${own}${hash}`);
      if (options.javaScriptEnabled !== false) await page.locator("html.ready").waitFor();
      return { page, requests, complaints };
    },
  };
}

/** Keeps a picture of the page. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `report-${name}.png`), fullPage: true });
}

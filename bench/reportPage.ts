import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";
import type { Cell, ReportDocument } from "../domain/report/report.ts";
import { reportPage } from "../render/report/page/reportPage.ts";
import { timed } from "./child.ts";
import type { Session } from "./project.ts";
import type { PageCost, PageFigures } from "./results.ts";

const sizes = [10_000, 100_000];
const servers = 1200;
const packages = 800;
/** Versions that a package had so far. */
const versions = 10;

/** Numbers in a sequence of their own for each seed (mulberry32). */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const titles = (
  "server owner group package change before after severity cves when account region window" as const
).split(" ");

/** Changes of drawn packages on every server, by 13 columns. */
function changes(rows: number, seed: number): ReportDocument {
  const draw = drawing(seed);
  const cves = Array.from({ length: packages }, () => `CVE-2026-${String(10_000 + draw(50_000))}`);
  const numbers = Array.from(
    { length: packages * versions },
    () => `${String(draw(9))}.${String(draw(40))}.${String(draw(99))}`,
  );
  const row = (index: number): readonly Cell[] => {
    const server = Math.floor((index * servers) / rows);
    const name = draw(packages);
    const before = name * versions + draw(versions - 1);
    // A server's run ends once, whatever it changed.
    const second = 1_795_741_200 + ((server * 7919) % 14_400);
    return [
      `server-${String(server)}`,
      `team-${String(server % 17)}`,
      `group-${String(server % 9)}`,
      `package-${String(name)}`,
      ["upgraded", "installed", "removed"][draw(20) % 3] ?? "",
      `1:${numbers[before] ?? ""}-0ubuntu1.${String(before % versions)}`,
      `1:${numbers[before + 1] ?? ""}-0ubuntu1.${String(draw(4))}`,
      ["critical", "high", "medium", "unknown"][name % 4] ?? "",
      name % 5 === 0 ? null : (cves[name] ?? ""),
      new Date(second * 1000).toISOString().replace(".000", ""),
      String(444_455_556_666 + (server % 4)),
      server % 2 === 0 ? "eu-west-1" : "us-east-1",
      `mw-install-${String(server % 9)}`,
    ];
  };
  const kind = (key: string) =>
    key === "when" ? "instant" : key === "severity" || key === "change" ? "state" : "code";
  const columns = titles.map((key) => ({ key, title: key, kind: kind(key) }) as const);
  const table = {
    id: "packages",
    title: "Packages",
    empty: "None.",
    columns,
    rows: Array.from({ length: rows }, (_, index) => row(index)),
  };
  return {
    schema: "patchplane/report/1",
    kind: "changes",
    title: "Changes",
    asOf: "2026-11-28T04:23:00Z",
    question: { stack: "prod" },
    headline: `${String(rows)} packages changed.`,
    summary: [],
    charts: [],
    tables: [table],
    unknowns: [],
  };
}

/** Milliseconds from the beginning of the navigation until the page takes what a reader does. */
async function untilReady(browser: Browser, file: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(`new MutationObserver(() => {
    if (document.documentElement?.classList.contains("ready")) window.readyAt ??= performance.now();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["class"] })`);
  await page.goto(pathToFileURL(file).href);
  const ready = await page.waitForFunction("window.readyAt");
  const milliseconds = Number(await ready.jsonValue());
  await context.close();
  return milliseconds;
}

/** Pages of reports: their size, how long they take to write, and in Chromium until they are ready. */
export async function measurePages({
  folder,
  seed,
  rounds,
  progress,
  signal,
}: Session): Promise<readonly PageFigures[]> {
  const executablePath = await chromium.executablePath();
  const browser = await playwright.launch({ executablePath, args: ["--headless=shell", "--no-sandbox"] });
  try {
    const figures: { rows: number; costs: PageCost[] }[] = sizes.map((rows) => ({ rows, costs: [] }));
    const reports = sizes.map((rows) => changes(rows, seed));
    for (let round = 1; round <= rounds; round++) {
      for (const [index, { rows, costs }] of figures.entries()) {
        signal.throwIfAborted();
        progress(`page of ${String(rows)} rows, round ${String(round)}`);
        const report = reports[index];
        if (report === undefined) continue;
        const { value: html, seconds } = await timed(() => reportPage([report]));
        const file = join(folder, `page-${String(rows)}.html`);
        writeFileSync(file, html);
        costs.push({
          megabytes: Buffer.byteLength(html) / 1e6,
          writeSeconds: seconds,
          readySeconds: (await untilReady(browser, file)) / 1000,
        });
      }
    }
    return figures;
  } finally {
    await browser.close();
  }
}

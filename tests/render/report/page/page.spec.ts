import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { parse } from "csv-parse/sync";
import type { ReportDocument } from "../../../../domain/report/report.ts";
import { reportPage } from "../../../../render/report/page/reportPage.ts";
import { withHostileTexts } from "../../hostileTexts.ts";
import { hostileText } from "../../hostile.ts";
import { browserOfAll, picture } from "./browser.ts";
import { changesReport, complianceReport, outcomeReport } from "./sampleReports.ts";

const changes = changesReport(5000);
const reports = [outcomeReport, complianceReport, changes];
const html = reportPage(reports, { title: "Patching of prod", links: [{ text: "All reports", href: "index.html" }] });

const packages = "#changes-packages";
const servers = "#outcome-servers";

/** Rows of the sample as the page orders their columns, as texts. */
const rows = changes.tables.flatMap((table) => table.rows);
const columns = changes.tables.flatMap((table) => table.columns.map(({ key }) => key));
const of = (row: (typeof rows)[number], key: string): string => String(row[columns.indexOf(key)] ?? "–");

/** Texts of a column's cells that are there. */
function cells(page: Page, table: string, column: number): Promise<readonly string[]> {
  return page.locator(`${table} tbody tr:not(.gap) > :nth-child(${String(column)})`).allTextContents();
}

function count(page: Page, table: string): Promise<string | null> {
  return page.locator(`${table} .count`).textContent();
}

/** Waits until a table says so many rows, and fails with what it says instead. */
async function expectCount(page: Page, table: string, text: string): Promise<void> {
  await page
    .locator(`${table} .count`, { hasText: new RegExp(`^${text.replace(/[()]/g, "\\$&")}$`) })
    .waitFor()
    .catch(() => undefined);
  expect(await count(page, table)).to.equal(text);
}

describe("the reports' page", () => {
  it("is the same bytes for the same reports", () => {
    const again = reportPage(structuredClone(reports), {
      title: "Patching of prod",
      links: [{ text: "All reports", href: "index.html" }],
    });
    expect(again).to.equal(html);
  });

  it("gives two reports of a kind tables of their own", () => {
    const ids = [...reportPage([outcomeReport, outcomeReport]).matchAll(/<section[^>]* id="([^"]+)"/g)];
    expect(ids.map(([, id]) => id)).to.deep.equal(
      ["servers", "missed", "servers-2", "missed-2"].map((id) => `outcome-${id}`),
    );
  });

  it("has what a reader looks up behind what a reader looks for, and what there is none of in one line", () => {
    const keys = ["server", "node", "outcome", "region", "reason"];
    const columns = keys.map((key) => ({ key, title: key.toUpperCase(), kind: "text" }) as const);
    const tables = [{ id: "some", title: "Some", empty: "", columns, rows: [keys] }];
    const summary = [
      { key: "failed", label: "Failed", kind: "count", value: 2, tone: "bad" },
      { key: "overdue", label: "Overdue", kind: "count", value: 0, tone: "neutral" },
      { key: "cut", label: "Cut off", kind: "count", value: 0, tone: "neutral" },
    ] as const;
    const page = reportPage([{ ...outcomeReport, summary, charts: [], tables }]);
    expect([...page.matchAll(/<t[hd] [^>]*>([a-z]+)</g)].map(([, text]) => text)).to.deep.equal([
      "server",
      "outcome",
      "reason",
      "node",
      "region",
    ]);
    expect([...page.matchAll(/<span class="label">([^<]*)</g)].map(([, label]) => label)).to.deep.equal(["Failed"]);
    expect(page).to.include("<b>None:</b> Overdue · Cut off</p>");
  });

  it("leaves out a column in which no row says anything, but not the first, nor one of a table without rows", () => {
    const columns = ["server", "advisories", "reason"].map(
      (key) => ({ key, title: key.toUpperCase(), kind: "text" }) as const,
    );
    const tables = [
      {
        id: "some",
        title: "Some",
        empty: "",
        columns,
        rows: [
          [null, null, "held"],
          [null, null, null],
        ],
      },
      { id: "none", title: "None", empty: "There are none.", columns, rows: [] },
    ];
    const page = reportPage([{ ...outcomeReport, charts: [], tables }]);
    expect([...page.matchAll(/<th scope="col"[^>]*>([^<]*)</g)].map(([, title]) => title)).to.deep.equal([
      "SERVER",
      "REASON",
    ]);
    expect(page).to.include('<p class="empty">There are none.</p>');
  });
});

describe("the reports' page in Chromium", function () {
  const browser = browserOfAll();

  it("shows summary, charts and the first rows without a script, and says that they are the first", async () => {
    const { page, complaints } = await browser.open(html, { javaScriptEnabled: false });
    expect(await page.locator(".figure.bad .value").allTextContents()).to.deep.equal(["9", "3"]);
    expect(await page.locator(".chart > svg[role=img]").count()).to.equal(4);
    expect(await cells(page, servers, 1)).to.deep.equal(["web-2", "web-10", "pay-1", "data-7", "win-3"]);
    expect(await cells(page, packages, 1)).to.deep.equal(rows.slice(0, 100).map((row) => of(row, "server")));
    expect(await count(page, packages)).to.match(/^The first 100 of 5,000 rows; .* JavaScript\.$/);
    expect(await page.locator("section.table button, section.table input").count()).to.equal(0);
    expect(await page.getByRole("link", { name: /^Packages that changed/ }).getAttribute("href")).to.equal(packages);
    expect(complaints).to.deep.equal([]);
  });

  it("says how old it is, and warns of it where that is two days and more", async () => {
    const aged = async (hours: number): Promise<readonly [told: string, warns: boolean]> => {
      const asOf = new Date(Date.now() - hours * 3_600_000).toISOString();
      const { page } = await browser.open(reportPage([{ ...outcomeReport, asOf }]));
      const told = (await page.locator(".as-of").textContent()) ?? "";
      return [/(,.*)\.$/m.exec(told)?.[1] ?? told, (await page.locator("#age.warning").count()) === 1];
    };
    expect(await aged(1.5)).to.deep.equal([", 1 hour ago", false]);
    expect(await aged(73)).to.deep.equal([", 3 days ago", true]);
  });

  it("has all rows and only those in sight in the document, to the last one", async () => {
    const { page } = await browser.open(html);
    expect(await count(page, packages)).to.equal("5,000 rows");
    const table = page.locator(`${packages} table`);
    expect(await table.getAttribute("aria-rowcount")).to.equal("5002");
    expect((await cells(page, packages, 1)).length).to.be.within(10, 100);
    await page.evaluate(`document.querySelector("${packages} .region").scrollTop = 1e7`);
    await page.locator(`${packages} tr[aria-rowindex="5002"]`).waitFor();
    expect((await cells(page, packages, 1)).at(-1)).to.equal(of(rows.at(-1) ?? [], "server"));
    expect((await cells(page, packages, 1)).length).to.be.within(10, 100);
  });

  it("sorts by a column up, down and back, numbers in names by their size and what is missing last", async () => {
    const { page } = await browser.open(html);
    const header = page.locator(`${servers} thead th`).first();
    const sortBy = (name: string): Promise<void> =>
      page.locator(servers).getByRole("button", { name, exact: true }).click();
    await sortBy("Server");
    expect(await header.getAttribute("aria-sort")).to.equal("ascending");
    expect(await cells(page, servers, 1)).to.deep.equal(["data-7", "pay-1", "web-2", "web-10", "win-3"]);
    await sortBy("Server");
    expect(await header.getAttribute("aria-sort")).to.equal("descending");
    expect(await cells(page, servers, 1)).to.deep.equal(["win-3", "web-10", "web-2", "pay-1", "data-7"]);
    await sortBy("Server");
    expect(await header.getAttribute("aria-sort")).to.equal("none");
    expect(await cells(page, servers, 1)).to.deep.equal(["web-2", "web-10", "pay-1", "data-7", "win-3"]);
    await sortBy("Took");
    expect(await cells(page, servers, 7)).to.deep.equal(["4 min", "12 min", "22 min", "31 min", "–"]);
    await sortBy("Took");
    expect(await cells(page, servers, 7)).to.deep.equal(["31 min", "22 min", "12 min", "4 min", "–"]);
  });

  it("answers which packages changed on a server on a day", async () => {
    const { page } = await browser.open(html);
    await page.getByRole("combobox", { name: "Server", exact: true }).fill("web-1");
    await page.locator(packages).getByLabel("When (UTC): filter").selectOption("Fri 2026-11-20");
    const expected = rows.filter((row) => of(row, "server") === "web-1" && of(row, "at").startsWith("2026-11-20"));
    expect(expected).to.have.lengthOf.above(1);
    await expectCount(page, packages, `${String(expected.length)} of 5,000 rows`);
    expect(await cells(page, packages, 2)).to.deep.equal(expected.map((row) => of(row, "package")));
    expect(await cells(page, packages, 4)).to.deep.equal(expected.map((row) => of(row, "after")));
  });

  it("answers which servers failed, and why", async () => {
    const { page } = await browser.open(html);
    await page.locator(servers).getByLabel("Outcome: filter").selectOption("failed");
    expect(await cells(page, servers, 1)).to.deep.equal(["web-2"]);
    expect((await cells(page, servers, 3))[0]).to.match(/^exit code 100: dpkg was interrupted; .* patchplane rerun$/);
    expect(await count(page, servers)).to.equal("1 of 5 rows");
    await page.locator(servers).getByRole("button", { name: "Clear filters" }).click();
    expect(await count(page, servers)).to.equal("5 rows");
  });

  it("narrows every table to a server by a link, in lists too, and to no server that only begins alike", async () => {
    const { page } = await browser.open(html);
    await page.locator(`${servers} tbody`).getByRole("link", { name: "web-2", exact: true }).click();
    await expectCount(page, servers, "1 of 5 rows");
    await expectCount(page, "#compliance-overdue", "1 of 3 rows");
    expect(await cells(page, "#compliance-overdue", 1)).to.deep.equal(["team-web"]);
    const changed = rows.filter((row) => of(row, "server") === "web-2").length;
    await expectCount(page, packages, `${String(changed)} of 5,000 rows`);
    expect(new URL(page.url()).hash).to.equal("#server=web-2");
    await page.goBack();
    await expectCount(page, packages, "5,000 rows");
  });

  it("shows what an address says, and writes what is chosen into the address", async () => {
    const { page } = await browser.open(html, {
      hash: "#owner=team-data&changes-packages.severity=critical&changes-packages/sort=-at",
    });
    const expected = rows.filter((row) => of(row, "owner") === "team-data" && of(row, "severity") === "critical");
    expect(await count(page, packages)).to.equal(`${String(expected.length)} of 5,000 rows`);
    const times = await cells(page, packages, 10);
    const days = times.map((time) => time.slice(4));
    expect(days).to.deep.equal(days.toSorted().reverse());
    await page.locator(packages).getByRole("searchbox", { name: "Search" }).fill("systemd high");
    await page.locator(packages).getByLabel("Severity: filter").selectOption("all");
    const found = rows.filter(
      (row) => of(row, "owner") === "team-data" && of(row, "severity") === "high" && of(row, "package") === "systemd",
    );
    await expectCount(page, packages, `${String(found.length)} of 5,000 rows`);
    expect(Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)))).to.deep.equal({
      owner: "team-data",
      "changes-packages/sort": "-at",
      "changes-packages/search": "systemd high",
    });
    expect(await page.locator("#page-filter").getByLabel("Owner").inputValue()).to.equal("team-data");
  });

  it("says of a table without servers that it was not narrowed by them", async () => {
    const { page } = await browser.open(html, { hash: "#group=prod-web" });
    expect(await count(page, "#compliance-overdue")).to.equal("3 rows (this table has no group)");
  });

  it("is worked by the keyboard alone", async () => {
    const { page } = await browser.open(html);
    await page.locator(packages).getByRole("searchbox", { name: "Search" }).focus();
    // Download, the table's own scrolling region, the first header.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const active = page.locator(":focus");
    expect(await active.getAttribute("role")).to.equal("region");
    await page.keyboard.press("End");
    await page.locator(`${packages} tr[aria-rowindex="5002"]`).waitFor();
    // Its last row is there before the scrolling has come to rest.
    await page.waitForFunction(`(({ scrollTop, clientHeight, scrollHeight }) =>
      scrollTop + clientHeight >= scrollHeight - 1)(document.querySelector("${packages} .region"))`);
    await page.keyboard.press("Home");
    await page.locator(`${packages} tr[aria-rowindex="3"]`).waitFor();
    await page.keyboard.press("Tab");
    expect(await active.textContent()).to.equal("Server");
    await page.keyboard.press("Enter");
    await page.locator(`${packages} th[aria-sort=ascending]`).waitFor();
    expect(await active.textContent()).to.equal("Server");
    expect((await cells(page, packages, 1))[0]).to.equal("data-1");
  });

  it("keeps the focus on a link while its row stays near", async () => {
    const { page } = await browser.open(html);
    const link = page.locator(`${packages} tr[aria-rowindex="12"] a`).first();
    await link.focus();
    await page.evaluate(`document.querySelector("${packages} .region").scrollTop = 200`);
    await page.locator(`${packages} tr[aria-rowindex="34"]`).waitFor();
    expect(await page.locator(`${packages} tr[aria-rowindex="12"] a:focus`).count()).to.equal(1);
  });

  it("prints at most 500 rows of what is shown, and says so", async () => {
    const narrow = {
      ...changes,
      tables: changes.tables.map((table) => ({
        ...table,
        columns: table.columns.slice(0, 3),
        rows: table.rows.map((row) => row.slice(0, 3)),
      })),
    };
    const { page } = await browser.open(reportPage([outcomeReport, narrow]), { hash: "#owner=team-web" });
    await page.evaluate(`addEventListener("beforeprint", () => {
      const rows = document.querySelectorAll("section.table tbody tr:not(.gap)").length;
      window.onPaper = { rows, count: document.querySelector("${packages} .count").textContent };
    })`);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).to.equal("%PDF-");
    const left = rows.filter((row) => of(row, "owner") === "team-web").length.toLocaleString("en-US");
    // Two of the 500 are the owner's servers in the other table.
    expect(await page.evaluate("window.onPaper")).to.deep.equal({
      rows: 500,
      count: `Printed: the first 498 of ${left} of 5,000 rows`,
    });
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText("at most 500 rows").isVisible()).to.equal(true);
    expect(await page.locator(packages).getByRole("button", { name: "Download CSV" }).isVisible()).to.equal(false);
    expect(await count(page, packages)).to.equal(`${left} of 5,000 rows`);
  });

  it("prints titles on every sheet, no state over its neighbour, and no column that is only looked up", async () => {
    const { page } = await browser.open(html);
    const titles = (): Promise<readonly string[]> =>
      page.evaluate(
        `[...document.querySelectorAll("${packages} thead th")].filter((each) => each.checkVisibility()).map((each) => each.textContent)`,
      );
    expect(await titles()).to.include.members(["Region", "Window"]);
    await page.emulateMedia({ media: "print" });
    expect(await titles()).to.include.members(["Server", "Package", "Before", "After", "Severity"]);
    expect(await titles()).to.have.lengthOf(columns.length - 2);
    const first = page.locator(`${packages} thead th`).first();
    expect(
      await page.evaluate(`getComputedStyle(document.querySelector("${packages} thead th"), "::before").content`),
    ).to.equal('"Server"');
    expect(await first.getByRole("button").isVisible()).to.equal(false);
    const over = `[...document.querySelectorAll("${packages} td .pill")].filter((pill) => pill.scrollWidth > pill.parentElement.clientWidth).length`;
    expect(await page.evaluate(over)).to.equal(0);
  });

  it("asks for nothing and breaks its policy nowhere, whatever is done", async () => {
    const { page, requests, complaints } = await browser.open(html);
    await page.locator(`${servers} tbody`).getByRole("link", { name: "web-10" }).click();
    await page.locator(packages).getByRole("button", { name: "Before" }).click();
    await page.locator(".chart summary").first().click();
    expect(requests).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
  });

  it("runs no script and no style but its own, and lets no text become markup", async () => {
    const foreign = html.replace(
      "</main>",
      `<script>window.ran = 1</script><img src="https://evil.example/x" onerror="window.ran = 2"></main>`,
    );
    const { page, complaints } = await browser.open(foreign);
    expect(await page.evaluate("window.ran")).to.equal(undefined);
    expect(complaints.filter((text) => text.includes("Content Security Policy"))).to.have.lengthOf.at.least(2);
    const assigned = page.evaluate("document.body.innerHTML = '<b>x</b>'");
    expect(
      String(
        await assigned.then(
          () => "taken",
          (error: unknown) => error,
        ),
      ),
    ).to.match(/TrustedHTML/);
  });

  it("lets no name act on who reads it, in the page or in its CSV", async () => {
    const evil = `=HYPERLINK("https://evil.example","x")<script>window.ran=1</script><img src=x onerror=window.ran=2>"'</style>${hostileText}`;
    const known = new Set(["servers", "updates", "minutes", "%"]);
    const keep = (word: string): boolean =>
      known.has(word) ||
      /^[a-z_]+$/.test(word) ||
      /^(bars|lines|patchplane\/report\/1)$/.test(word) ||
      /^[a-z]+(-[a-z]+)+$/.test(word);
    const poisoned = withHostileTexts([outcomeReport, complianceReport], evil, keep) as readonly ReportDocument[];
    const { page, complaints, requests } = await browser.open(reportPage(poisoned));
    expect(await page.evaluate("window.ran")).to.equal(undefined);
    expect([complaints, requests]).to.deep.equal([[], []]);
    expect(await page.locator("img").count()).to.equal(0);
    const plain = (await browser.open(reportPage([outcomeReport, complianceReport]))).page;
    const tags = (of: Page): Promise<unknown> =>
      of.evaluate("[...document.querySelectorAll('*')].map((each) => each.tagName)");
    expect(await page.locator("script, style").count()).to.equal(await plain.locator("script, style").count());
    expect(((await tags(page)) as unknown[]).length).to.be.above(100);
    const text = await page.locator("body").innerText();
    expect(text).to.include("\\u{202e}nothing changes");
    expect(text).not.to.match(/[^\P{Cc}\t\n\r]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    const download = page.waitForEvent("download");
    await page.locator(servers).getByRole("button", { name: "Download CSV" }).click();
    const csv = readFileSync(await (await download).path(), "utf8");
    const parsed: string[][] = parse(csv, { bom: true });
    expect(parsed).to.have.lengthOf(6);
    const inOrder = ["server", "outcome", "reason", "owner", "group", "installed", "took", "ended"];
    expect(parsed[0]).to.deep.equal(inOrder);
    for (const cell of parsed.flat()) expect(cell).not.to.match(/^[=+\-@\t\r]/);
    expect(parsed[1]?.[0]).to.match(/^'=HYPERLINK/);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  /** What axe-core finds: of every rule, or of one. */
  async function found(page: Page, rule?: string): Promise<readonly unknown[]> {
    await page.evaluate(axe);
    const options = rule === undefined ? {} : { runOnly: [rule] };
    const { violations, passes } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
    expect(passes.map(({ id }) => id)).to.include("color-contrast");
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]);
  }

  it("has nothing that axe-core finds, and in dark colours as much contrast", async () => {
    const few = reportPage([outcomeReport, complianceReport, changesReport(12)], { title: "Patching of prod" });
    const { page } = await browser.open(few, { colorScheme: "light" });
    await picture(page, "light");
    for (const summary of await page.locator(".chart summary").all()) await summary.click();
    expect(await found(page)).to.deep.equal([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await found(page, "color-contrast")).to.deep.equal([]);
    await picture(page, "dark");
  });

  it("is narrow enough for a phone and for paper", async () => {
    const { page } = await browser.open(html, { viewport: { width: 360, height: 800 } });
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(overflow)).to.equal(0);
    await picture(page, "phone");
    await page.setViewportSize({ width: 1030, height: 800 });
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate(overflow)).to.equal(0);
    await picture(page, "print");
  });
});

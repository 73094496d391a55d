import { createHash } from "node:crypto";
import type { ReportSite, SitePage } from "../../domain/report/site.ts";
import type { Directory } from "./page/directoryMarkup.ts";
import { reportPage } from "./page/reportPage.ts";

/** A file's name on every file system and in every address: what it leaves out of the name stands in a digest. */
function fileName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,99}$/.test(name)) return `${name}.html`;
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 10);
  return `${[plain, digest].filter((part) => part !== "").join("-")}.html`;
}

function directory(title: string, empty: string, folder: string, pages: readonly SitePage[]): Directory {
  return {
    title,
    empty,
    entries: pages.map(({ name, title: text, at, documents }) => ({
      link: { text, href: `${folder}/${fileName(name)}` },
      ...(at === undefined ? {} : { at }),
      // What its first report says; the others say the same in more words, or what is not for a list.
      figures: documents[0]?.summary ?? [],
    })),
  };
}

function pagesOf(folder: string, pages: readonly SitePage[]): readonly (readonly [path: string, html: string])[] {
  return pages.map(({ name, title, documents }, index) => {
    const beside = [
      { text: "Newer", page: pages[index - 1] },
      { text: "Older", page: pages[index + 1] },
    ];
    const links = beside.flatMap(({ text, page }) =>
      folder !== "runs" || page === undefined ? [] : [{ text, href: fileName(page.name) }],
    );
    const html = reportPage(documents, { title, links: [{ text: "All reports", href: "../index.html" }, ...links] });
    return [`${folder}/${fileName(name)}`, html] as const;
  });
}

/**
 * A site of files, by their paths: an index with the newest runs, the groups and what is about everything, and a page
 * for each run and group. Every link is relative and works without a script; the same reports give the same bytes.
 */
export function reportSite({ title, overall, runs, groups }: ReportSite): ReadonlyMap<string, string> {
  const directories = [
    directory("Runs, newest first", "No run is in the collections.", "runs", runs),
    directory("Groups", "No group has a server in the collections.", "groups", groups),
  ];
  return new Map([
    ["index.html", reportPage(overall, { title, directories })],
    ...pagesOf("runs", runs),
    ...pagesOf("groups", groups),
  ]);
}

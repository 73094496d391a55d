import { fromAddress } from "./address.ts";
import { showAge } from "./age.ts";
import { found } from "./elements.ts";
import { addPageFilter } from "./pageFilter.ts";
import { printEvenly } from "./paper.ts";
import { unpacked, type Table } from "./query.ts";
import { TableView } from "./tableView.ts";

/* What the page does in a browser. Everything that it needs is in the page; without it the first rows are there to read. */

async function tables(): Promise<readonly Table[]> {
  const packed = Uint8Array.from(atob(found(document, "#rows", HTMLScriptElement).textContent), (sign) =>
    sign.charCodeAt(0),
  );
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpacked(await new Response(stream).arrayBuffer());
}

/** Links to a place on the page leave the filters in the address. */
function followLinks(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a[href^='#']")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const heading = found(document, `${link.hash} h3`, HTMLElement);
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
    });
  }
}

async function start(): Promise<void> {
  showAge(Date.now());
  const parts = fromAddress(location.hash);
  const views: TableView[] = [];
  let showPageFilter = (): void => undefined;
  const update = (): void => {
    for (const view of views) view.update();
    showPageFilter();
  };
  const changed = (): void => {
    history.replaceState(null, "", `#${parts.toString()}`);
    update();
  };
  const page = { tables: await tables(), parts, changed };
  for (const table of page.tables) {
    const section = found(document, `#${CSS.escape(table.id)}`, HTMLElement);
    views.push(new TableView(section, table, page));
  }
  showPageFilter = addPageFilter(page);
  addEventListener("hashchange", () => {
    if (!location.hash.includes("=") && location.hash !== "") return;
    for (const key of [...parts.keys()]) parts.delete(key);
    for (const [key, value] of fromAddress(location.hash)) parts.set(key, value);
    update();
  });
  printEvenly(views);
  followLinks();
  update();
  document.documentElement.classList.add("ready");
}

start().catch((error: unknown) => {
  // The first rows of every table are still there, and the page says that they are the first.
  found(document, "#trouble", HTMLElement).hidden = false;
  throw error;
});

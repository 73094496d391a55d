import type { TableView } from "./tableView.ts";

/** Rows on paper at most, over all tables: browsers take minutes for thousands. */
const mostPrinted = 500;

/** Has the tables' first rows ready for paper; what a short one leaves is for the others. */
export function printEvenly(views: readonly TableView[]): void {
  addEventListener("beforeprint", () => {
    let left = mostPrinted;
    const shortFirst = views.toSorted((a, b) => a.left - b.left);
    shortFirst.forEach((view, index) => {
      const share = Math.min(view.left, Math.floor(left / (views.length - index)));
      left -= share;
      view.print(share);
    });
  });
  addEventListener("afterprint", () => {
    for (const view of views) view.afterPrint();
  });
}

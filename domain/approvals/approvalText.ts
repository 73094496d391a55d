import { Document, isMap } from "yaml";
import type { Approval } from "../plane.ts";
import { operatingSystems } from "../server.ts";
import { byText, counted, shownByNumber } from "../text.ts";
import { reviewedName, type ReviewedUpdate } from "./review.ts";

const head =
  " Above each entry: the servers that lacked it when this was proposed, by the version that they had.\n" +
  " An entry holds for the whole group: whichever of its servers lacks it when the window opens gets it.";

/** A name or a version in a comment: some are said by servers, and none may end the line. */
function inLine(text: string): string {
  return shownByNumber(text.replace(/\s+/gu, " "));
}

/** Who lacks an update, one line for each version that is there in its place. */
function comment({ on }: ReviewedUpdate): string {
  const versions = [...Map.groupBy(on, ({ installed }) => installed)].toSorted(([a], [b]) => byText(a, b));
  return versions
    .map(([installed, same]) => {
      const names = same.map(({ server }) => reviewedName(server)).toSorted(byText);
      const has = installed === "" ? "" : `, with ${installed}`;
      return inLine(` ${counted(names.length, "server")}${has}: ${names.join(", ")}`);
    })
    .join("\n");
}

function keyOf({ os, id, version }: Pick<ReviewedUpdate, "os" | "id" | "version">): string {
  return JSON.stringify([os, id, version]);
}

/**
 * Text of an approvals file, as `config/approvals` reads it: the same approval always gives the same text.
 * @param updates - of a review, for comments that say which servers lack what, in full: a pull request's own text is
 * too short for a large fleet. None by default.
 */
export function approvalText(
  { scanId, note, expires, patches }: Pick<Approval, "scanId" | "note" | "expires" | "patches">,
  updates: readonly ReviewedUpdate[] = [],
): string {
  const document = new Document({ scan: scanId, note, expires, patches });
  if (updates.length > 0) document.commentBefore = head;
  const proposed = new Map(updates.map((each) => [keyOf(each), each]));
  for (const os of operatingSystems) {
    for (const [index, { id, title }] of (patches[os] ?? []).entries()) {
      const update = proposed.get(keyOf({ os, id, version: title ?? "" }));
      const entry = document.getIn(["patches", os, index], true);
      if (update !== undefined && isMap(entry)) entry.commentBefore = comment(update);
    }
  }
  return document.toString({ defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 });
}

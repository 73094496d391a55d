import { createHash } from "node:crypto";
import { instantOf, stampOf } from "../collection/stamp.ts";
import { byText } from "../text.ts";

const digestLength = 8;
const scanForm = /^(\d{4}-\d{2}-\d{2}T\d{6}Z)-([0-9a-f]{8})$/;

/** When the scan of a review ended, by its id; undefined where a file names another kind of scan. */
export function scanInstant(scanId: string): Date | undefined {
  return instantOf(scanForm.exec(scanId)?.[1] ?? "");
}

/** Whether two ids are of scans that offer the same: a later scan that found nothing else changes no review. */
export function isSameOffer(left: string, right: string): boolean {
  const digest = scanForm.exec(left)?.[2];
  return digest !== undefined && digest === scanForm.exec(right)?.[2];
}

/**
 * The id of a review: the end of the newest scan, and a digest of all that the scans offer.
 * @param offers - what each server is offered, a text each, in any order
 */
export function scanIdAt(ended: Date, offers: readonly string[]): string {
  const digest = createHash("sha256").update(offers.toSorted(byText).join("\n")).digest("hex").slice(0, digestLength);
  return `${stampOf(ended)}-${digest}`;
}

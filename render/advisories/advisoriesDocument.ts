import type { AdvisoriesUpdate, SourceResult } from "../../domain/advisories/update.ts";
import { counted, firstOf } from "../../domain/text.ts";
import { heading, item, lines, paragraph, said, words, type Document, type Item } from "../document.ts";

/** As many records of another shape as a reader wants to see. */
const mostFaults = 10;

function sourceLine({ source, records, used, leftOut, faults, failure }: SourceResult): Item {
  const out = Object.entries(leftOut).map(([reason, count]) => `${String(count)} ${reason}`);
  const told = [
    ...(out.length === 0 ? [] : [words`left out: ${said(out.join(", "))}`]),
    ...(faults.length === 0
      ? []
      : [
          words`${counted(faults.length, "record")} of another shape than known: ${said(
            firstOf(
              faults.map(({ record, message }) => `${record} (${message})`),
              mostFaults,
            ),
          )}`,
        ]),
  ];
  if (failure !== undefined) {
    return item(words`${source}: ${said(failure)}; what an earlier snapshot has of its kind stays`, told);
  }
  return item(words`${source}: ${used} of ${records} records are of use`, told);
}

function summary({ lines: families, packages }: AdvisoriesUpdate): readonly Item[] {
  const of = packages === undefined ? "" : `, of the ${String(packages)} packages that the newest collection knows`;
  if (families.length === 0) return [item("it holds no advisory: every severity is unknown")];
  return families.map(({ family, lines: count, retrieved }) =>
    item(words`${family}: ${counted(count, "advisory", "advisories")}${of}, as of ${retrieved}`),
  );
}

/** What was read, what was of no use and why, and what the snapshot holds now. */
export function advisoriesDocument(update: AdvisoriesUpdate): Document {
  return {
    blocks: [
      ...heading("Sources", lines(update.sources.map(sourceLine))),
      ...heading("Snapshot", [paragraph(words`${update.file}`), ...lines(summary(update))]),
    ],
  };
}

import { approverWords, type RecordedApproval } from "../../domain/approvals/merge.ts";
import { heading, lines, paragraph, said, words, type Document, type Words } from "../document.ts";

function line({ location, file, merge, failure }: RecordedApproval): Words {
  return words`${file} in ${location}: ${said(failure ?? (merge === undefined ? "" : approverWords(merge)))}`;
}

const titles: Readonly<Record<RecordedApproval["outcome"], string>> = {
  failed: "Not recorded",
  recorded: "Recorded",
  there: "On record before",
};

/** Who approved what each location installs, and where that could not be kept. */
export function recordApprovalsDocument(stack: string, recorded: readonly RecordedApproval[]): Document {
  return {
    title: words`stack ${stack}: who approved what is deployed`,
    blocks: [
      ...(recorded.length === 0 ? [paragraph("no approvals file is in force, so there is nothing to record")] : []),
      ...(["failed", "recorded", "there"] as const).flatMap((outcome) =>
        heading(titles[outcome], lines(recorded.filter((each) => each.outcome === outcome).map(line))),
      ),
    ],
  };
}

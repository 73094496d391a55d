import { formatFault, type Finding } from "../../domain/fault.ts";
import type { Explanation } from "../../domain/explain/explanation.ts";
import { withCommands, type Place } from "../commands.ts";
import { heading, lines, mark, paragraph, said, words, type Document, type Words } from "../document.ts";
import { groupDocument } from "./groupDocument.ts";
import { serverDocument } from "./serverDocument.ts";
import { windowDocument } from "./windowDocument.ts";

function findingWords(finding: Finding): Words {
  return words`${mark(finding.severity)} ${finding.id}: ${said(formatFault(finding))}`;
}

function about(facts: Explanation): Document {
  switch (facts.kind) {
    case "server":
      return serverDocument(facts);
    case "window":
      return windowDocument(facts);
    case "group":
      return groupDocument(facts);
  }
}

/** An explanation: in short, then where everything stands and why, then what is odd. */
export function explainDocument(place: Place, asOf: Date, facts: Explanation): Document {
  const { title = [], blocks } = about(facts);
  return {
    title,
    blocks: [
      ...blocks,
      ...heading("Findings about it", lines(facts.findings.map(findingWords))),
      paragraph(
        words`stack ${place.stack}, as of ${said(asOf.toISOString())}, from the files alone; ${withCommands("npx patchplane status", place)} asks the clouds`,
      ),
    ],
  };
}

/** An explanation for programs; docs/commands.md describes it. */
export function explainJson(stack: string, asOf: Date, facts: Explanation): object {
  return { schema: "patchplane/explain/1", stack, asOf: asOf.toISOString(), ...facts };
}

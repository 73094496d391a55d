import { formatFault, withoutSubjects, type Finding } from "../../domain/fault.ts";
import type { GroupFacts } from "../../domain/explain/group.ts";
import type { ServerFacts } from "../../domain/explain/server.ts";
import type { WindowFacts } from "../../domain/explain/window.ts";
import { explainGroupText } from "./explainGroup.ts";
import { explainServerText } from "./explainServer.ts";
import { explainWindowText } from "./explainWindow.ts";
import { section } from "../listing.ts";

/** What `patchplane explain` found out. */
export type Explanation = ServerFacts | WindowFacts | GroupFacts;

function findingLine(finding: Finding): string {
  return `${finding.severity} ${finding.id}: ${formatFault(finding)}`;
}

function sections(facts: Explanation): readonly string[] {
  switch (facts.kind) {
    case "server":
      return explainServerText(facts);
    case "window":
      return explainWindowText(facts);
    case "group":
      return explainGroupText(facts);
  }
}

/** An explanation as an operator reads it: in short, then where everything stands and why, then what is odd. */
export function explainText(stack: string, asOf: Date, facts: Explanation): string {
  return `${[
    ...sections(facts),
    ...section("Findings about it:", facts.findings.map(findingLine)),
    `stack ${stack}, as of ${asOf.toISOString()}, from the files alone; \`patchplane status\` asks the clouds`,
  ].join("\n\n")}\n`;
}

/** An explanation for programs; docs/commands.md describes it. */
export function explainJson(stack: string, asOf: Date, facts: Explanation): string {
  return `${JSON.stringify({ schema: "patchplane/explain/1", stack, asOf: asOf.toISOString(), ...facts }, withoutSubjects, 2)}\n`;
}

import type { Command } from "commander";
import { recordApprovalsDocument } from "../../render/recordApprovals/recordApprovalsDocument.ts";
import { recordApprovalsJson } from "../../render/recordApprovals/recordApprovalsJson.ts";
import type { Repository } from "../../operations/github/client.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { githubRepository } from "../cli/github.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

interface Asked extends Invocation {
  readonly repository: Repository;
  /** The commit that was deployed. */
  readonly ref: string;
}

function resolveRecord(call: FleetCall<SharedOptions>): Asked {
  const invocation = openInvocation(call);
  const { repository, faults } = githubRepository();
  const ref = process.env["GITHUB_SHA"] ?? "";
  const all = [
    ...faults,
    ...(/^[0-9a-f]{40}$/.test(ref)
      ? []
      : [{ path: "GITHUB_SHA", message: "is not set, or no commit's id", allowed: "the commit that was deployed" }]),
  ];
  if (all.length > 0) throw new UsageError(all);
  return { ...invocation, repository, ref };
}

/** Adds `patchplane record-approvals`. */
export function addRecordApprovals(program: Command, root: string): void {
  fleetCommand<SharedOptions, Asked>(program, root, {
    name: "record-approvals",
    summary: "keeps in each location who approved what is deployed there, as GitHub knows it; for the workflow",
    description:
      "After a deployment: asks GitHub which commit brought in the approvals file in force, by which pull request, who " +
      "had approved that and who merged it, and keeps the answer in the bucket of each location, once for each content " +
      "of a file. Only the deploying role can write it, and nobody can write over it. verify and report read it.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.asOf("what counts as the present (default: now)"),
      ...shared.format(),
    ],
    note: "GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_SHA are as a workflow has them; the token needs contents: read and pull-requests: read.",
    exitCodes: "0 it is on record in every location; 2 usage or configuration; 3 GitHub or a location did not answer.",
    examples: ["npx patchplane record-approvals --stack prod"],
    resolve: resolveRecord,
    run: async ({ stack, plane, scope, repository, ref }, { root: folder, asOf }) => {
      const { recordApprovals } = await import("../../operations/recordApprovals.ts");
      const { placeInRepository } = await import("../../operations/git/branch.ts");
      const place = await placeInRepository(folder);
      const recorded = await recordApprovals(plane, scope, { repository, ref, place, asOf });
      const failed = recorded.some(({ outcome }) => outcome === "failed");
      return {
        exitCode: failed ? exitCodes.cloud : exitCodes.fine,
        json: (exitCode) => recordApprovalsJson(stack, recorded, exitCode),
        shown: () => [recordApprovalsDocument(stack, recorded)],
      };
    },
  });
}

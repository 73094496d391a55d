import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import {
  readPreview,
  type Preview,
  type PreviewResult,
  type ResourceOperation,
} from "../../../domain/pullRequest/pulumiPreview.ts";
import { sharedBudget } from "../../../render/pullRequest/budget.ts";
import { lines, said } from "../../../render/document.ts";
import { previewBlocks } from "../../../render/pullRequest/previewBlocks.ts";
import { commentLimit, writeMarkdown } from "../../../render/writers/markdown.ts";
import {
  commentMarker,
  pullRequestComment,
  type EnvironmentReview,
  type PlanCounts,
  type PlanPart,
  type RehearsalPart,
} from "../../../render/pullRequest/pullRequestComment.ts";
import { sampleReport } from "../rehearsal/sampleReport.ts";

const none: PlanCounts = { gained: 0, lost: 0, removed: 0, changed: 0, approved: 0, errors: 0, warnings: 0, known: 0 };
const quiet: PreviewResult = { preview: { operations: [], unchanged: 9, errors: [] } };

function planOf(counts: Partial<PlanCounts>, text = "the plan", rows = 1): PlanPart {
  return {
    counts: { ...none, ...counts },
    blocking: (counts.errors ?? 0) > 0,
    approvals: [],
    document: {
      blocks: lines(
        Array.from({ length: rows }, () => said(text)),
        { noun: "rows" },
      ),
    },
  };
}

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, "previews", `${name}.json`), "utf8");
}

function operations(count: number): readonly ResourceOperation[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `azure-core/rg-${String(index)}/vm-${String(index)}-activation`;
    return { operation: "create", type: "aws:ssm/activation:Activation", name, urn: name, changed: [] };
  });
}

function bigPreview(count: number): Preview {
  return { operations: operations(count), unchanged: 0, errors: [] };
}

describe("the comment of a pull request", () => {
  it("begins with the marker, then says per environment what happens and what stands against it", () => {
    const reviews: readonly EnvironmentReview[] = [
      { environment: "nonprod", plan: planOf({ gained: 2, warnings: 1 }), preview: quiet },
      {
        environment: "prod",
        plan: planOf({ lost: 1, removed: 2, changed: 3, errors: 2 }),
        preview: readPreview(recorded("change")),
      },
    ];
    expect(pullRequestComment(reviews).split("\n").slice(0, 10)).to.deep.equal([
      commentMarker,
      "## Patching: what this change does",
      "",
      "- ❌ Errors of `prod` have to be mended before this is merged.",
      "",
      "| environment | servers | findings | cloud resources |",
      "| :- | :- | :- | :- |",
      "| `nonprod` | 2 gained | 1 new warning | no changes |",
      "| `prod` | **1 lost**, **2 out of the fleet file**, 3 changed | **2 errors** | 11 to delete, 2 to replace, 4 to create, 1 to leave |",
      "",
    ]);
  });

  it("groups operations by type and changed properties, and calls Azure VMs by their names", () => {
    expect(writeMarkdown({ blocks: previewBlocks(readPreview(recorded("change"))) }).split("\n")).to.include.members([
      "  - onboarding of 1 Azure VM: `apps/rg-apps/app-9`",
      "  - PatchGroup × 2, changed `baselineId`: `euw1-baselines-prod-auto-ubuntu`, `use1-baselines-prod-auto-ubuntu`",
      "- **1 to leave behind (no longer Pulumi's, still in the cloud)**",
    ]);
  });

  it("shows no value of any property of a recorded preview", () => {
    const text = recorded("change");
    const comment = pullRequestComment([{ environment: "test", plan: planOf({}), preview: readPreview(text) }]);
    const values: string[] = [];
    const gather = (value: unknown): void => {
      if (typeof value === "string") values.push(value);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(gather);
    };
    for (const { oldState, newState } of (JSON.parse(text) as { steps: { oldState?: object; newState?: object }[] })
      .steps) {
      for (const state of [oldState, newState] as ({ inputs?: unknown; outputs?: unknown } | undefined)[]) {
        gather(state?.inputs);
        gather(state?.outputs);
      }
    }
    const preview = readPreview(text);
    const names = "preview" in preview ? preview.preview.operations.map(({ name }) => name) : [];
    // Logical names are meant to be seen, and some values are parts of one.
    const longestFirst = names.toSorted((left, right) => right.length - left.length);
    const rest = longestFirst.reduce((left, name) => left.replaceAll(name, ""), comment.replace(commentMarker, ""));
    const long = values.filter((value) => value.length >= 8);
    expect(long.length).to.be.greaterThan(100);
    expect(long.filter((value) => rest.includes(value))).to.deep.equal([]);
  });

  it("tells a change without findings from one whose warnings have to be read", () => {
    const first = (warnings: number, known = 0) =>
      pullRequestComment([{ environment: "a", plan: planOf({ warnings, known }), preview: quiet }]).split("\n")[3];
    expect(first(0)).to.equal("- ✅ No check stands against this change.");
    expect(first(2)).to.equal("- 🟡 No error stands against this change; 2 new warnings to read.");
    expect(first(0, 4)).to.equal("- ✅ No check stands against this change. 4 warnings of before stay.");
  });

  it("says that a preview failed, and why", () => {
    const comment = pullRequestComment([
      { environment: "a", plan: planOf({}), preview: readPreview(recorded("failed")) },
    ]);
    expect(comment).to.contain("- ❌ The preview of `a` failed: a deployment would fail too.");
    expect(comment).to.contain("| **preview failed** |");
    expect(comment).to.contain('Pulumi.test.yaml:4: timezone: not an IANA time zone, got "XAmerica/New_York"');
  });

  it("says why there is no preview, and what a plan that is missing means", () => {
    const comment = pullRequestComment([
      { environment: "a", plan: planOf({}), preview: { missing: "forks get no credentials" } },
      { environment: "b", plan: { missing: "Pulumi.b.yaml:3: timezone: bad" }, preview: quiet },
    ]);
    expect(comment).to.contain("**No Pulumi preview**: forks get no credentials");
    expect(comment).to.contain("- ℹ️ No preview of `a`: cloud resources were not compared.");
    expect(comment).to.contain("- ❌ There is no plan of `b`: what happens to its servers is not known.");
    expect(comment).to.contain("```text\nPulumi.b.yaml:3: timezone: bad\n```");
  });

  it("says that nothing is touched where no environment is", () => {
    expect(pullRequestComment([])).to.contain("No environment is touched");
  });

  it("speaks of no plan where none was asked for", () => {
    const comment = pullRequestComment([{ environment: "a", preview: quiet }]);
    expect(comment).to.contain("| `a` | – | – | no changes |");
    expect(comment).not.to.contain("no plan");
  });

  it("says what a rehearsal found in the table, above it and folded, where one was asked for", () => {
    const limits = { overruns: 0 };
    const parts: Readonly<Record<string, RehearsalPart>> = {
      bad: { report: sampleReport(2) },
      good: { report: sampleReport(0) },
      none: { missing: "Pulumi.none.yaml:3: timezone: bad" },
      passed: { report: sampleReport(1, { limits }) },
    };
    const reviews = Object.entries(parts).map(([environment, rehearsal]) => ({
      environment,
      plan: planOf({}),
      preview: quiet,
      rehearsal,
    }));
    const comment = pullRequestComment([...reviews, { environment: "without", plan: planOf({}), preview: quiet }]);
    expect(comment.split("\n").slice(3, 13)).to.deep.equal([
      "- ❌ There is no rehearsal of `none`: who would be patched in time is not known.",
      "- ❌ The rehearsal of `bad`, `passed` found what has to be mended before this is merged.",
      "",
      "| environment | servers | findings | rehearsal | cloud resources |",
      "| :- | :- | :- | :- | :- |",
      "| `bad` | none | none | **7 figures worse** | no changes |",
      "| `good` | none | none | nothing is worse | no changes |",
      "| `none` | none | none | not rehearsed | no changes |",
      "| `passed` | none | none | **7 figures worse**, **1 limit passed** | no changes |",
      "| `without` | none | none | – | no changes |",
    ]);
    expect(comment.match(/<summary>Rehearsal: who would be patched in time<\/summary>/g)).to.have.lengthOf(3);
    expect(comment).to.contain("🔴 servers cut off (`mw-group-0 use1`): 0 → 2");
    expect(comment).to.contain("**No rehearsal**\n\n```text\nPulumi.none.yaml:3: timezone: bad\n```");
  });

  it("keeps within GitHub's limit at 10,000 resources, and counts what it leaves out", () => {
    const comment = pullRequestComment([
      {
        environment: "big",
        plan: planOf({}, "a row", 10_000),
        preview: { preview: bigPreview(10_000) },
        rehearsal: { report: sampleReport(30, { groups: 300 }) },
      },
      { environment: "small", plan: planOf({}, "the small plan"), preview: quiet },
    ]);
    expect(comment.length)
      .to.be.at.most(commentLimit)
      .and.greaterThan(commentLimit - 2_000);
    const shown = comment.match(/`azure-core\/rg-/g)?.length ?? 0;
    const left = Number(/and (\d+) more VMs/.exec(comment)?.[1]);
    expect(shown).to.be.greaterThan(0);
    expect(shown + left).to.equal(10_000);
    expect(comment).to.contain("the small plan");
    expect(comment.match(/<details>/g)).to.have.lengthOf(comment.match(/<\/details>/g)?.length ?? 0);
  });

  it("never exceeds its limit, whatever is in it", () => {
    const review = fc.record({
      environment: fc.stringMatching(/^[a-z]{1,12}$/),
      plan: fc.oneof(
        fc.nat(400).map((rows) => planOf({ lost: 1 }, "a row of a plan", rows)),
        fc.string({ maxLength: 3_000 }).map((missing): PlanPart => ({ missing })),
      ),
      preview: fc.oneof(
        fc.nat(200).map((count): PreviewResult => ({ preview: bigPreview(count) })),
        fc.string({ maxLength: 3_000 }).map((missing): PreviewResult => ({ missing })),
        fc
          .array(fc.string({ maxLength: 900 }), { minLength: 1 })
          .map((errors): PreviewResult => ({ preview: { operations: [], unchanged: 0, errors } })),
      ),
      rehearsal: fc.oneof(
        fc.nat(5).map((groups): RehearsalPart => ({ report: sampleReport(3, { groups: groups + 1 }) })),
        fc.string({ maxLength: 3_000 }).map((missing): RehearsalPart => ({ missing })),
      ),
    });
    fc.assert(
      fc.property(fc.array(review, { maxLength: 12 }), fc.integer({ min: 8_000, max: 20_000 }), (reviews, limit) => {
        const comment = pullRequestComment(reviews, limit);
        expect(comment.length).to.be.at.most(limit);
        // Cut by nobody: each environment still has its heading, and what is folded is closed.
        for (const { environment } of reviews) expect(comment).to.contain(`### \`${environment}\``);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the room of a comment", () => {
  it("shares a budget fairly and never beyond the total", () => {
    expect(sharedBudget([10, 100, 100], 110)).to.deep.equal([10, 50, 50]);
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 20 }), fc.nat(5_000), (wants, total) => {
        const shares = sharedBudget(wants, total);
        const sum = shares.reduce((left, right) => left + right, 0);
        expect(sum).to.be.at.most(total);
        shares.forEach((share, index) => expect(share).to.be.at.most(wants[index] ?? 0));
        if (wants.reduce((left, right) => left + right, 0) <= total) expect(shares).to.deep.equal(wants);
      }),
    );
  });
});

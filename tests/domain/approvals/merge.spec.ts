import { expect } from "chai";
import { approversOf, approverWords, recordKey, type PullRequestReview } from "../../../domain/approvals/merge.ts";

const mergedAt = "2026-12-02T10:00:00Z";
const review = (login: string, state: string, hour: string, commit = "head"): PullRequestReview => {
  return { login, state, at: `2026-12-02T${hour}:00:00Z`, commit };
};
const names = (...reviews: readonly PullRequestReview[]): readonly string[] =>
  approversOf(reviews, { mergedAt, head: "head" }).map(({ login }) => login);

describe("who approved a pull request", () => {
  it("is whoever's last word before the merge was an approval", () => {
    expect(names(review("bob", "APPROVED", "08"), review("alice", "APPROVED", "09"))).to.deep.equal(["alice", "bob"]);
    expect(names(review("bob", "CHANGES_REQUESTED", "09"), review("bob", "APPROVED", "08"))).to.deep.equal([]);
    expect(names(review("bob", "APPROVED", "08"), review("bob", "DISMISSED", "09"))).to.deep.equal([]);
    expect(names(review("bob", "CHANGES_REQUESTED", "08"), review("bob", "APPROVED", "09"))).to.deep.equal(["bob"]);
  });

  it("is not taken back by a comment, nor given by one, nor given after the merge", () => {
    expect(names(review("bob", "APPROVED", "08"), review("bob", "COMMENTED", "09"))).to.deep.equal(["bob"]);
    expect(names(review("bob", "COMMENTED", "09"), review("carol", "APPROVED", "11"))).to.deep.equal([]);
  });

  it("is told with what was looked at, who merged, and that nobody did", () => {
    const commit = { id: "c".repeat(40), author: "dave", at: mergedAt };
    const pull = { number: 7, url: "", author: "dave", mergedAt, mergedBy: "erin" };
    const approvers = approversOf([review("alice", "APPROVED", "09"), review("bob", "APPROVED", "08", "earlier")], {
      mergedAt,
      head: "head",
    });
    expect(approverWords({ commit, pullRequest: { ...pull, approvers } })).to.equal(
      "alice, bob (an earlier state); pull request #7 of dave, merged by erin",
    );
    expect(approverWords({ commit, pullRequest: { ...pull, approvers: [] } })).to.match(/^nobody; pull request #7/);
    expect(approverWords({ commit, pullRequest: null })).to.equal("nobody: pushed by dave without a pull request");
  });

  it("is kept under the file's day and its content", () => {
    const key = recordKey({ group: "app", file: "approvals/app/2026-12-01.yaml", blob: "b10b" });
    expect(key).to.equal("approved/app/2026-12-01-b10b.json");
  });
});

import { expect } from "chai";
import { postComment, type PullRequest } from "../../../operations/github/pullRequest.ts";
import { servedComment, startGithub, type GithubServer } from "./githubServer.ts";

const author = "github-actions[bot]";
const marker = "<!-- patchplane:review -->";

describe("the one comment on GitHub", () => {
  let github: GithubServer;

  afterEach(() => github.close());

  function pull(more: Partial<PullRequest> = {}): PullRequest {
    return { apiUrl: github.url, owner: "acme", repository: "patching", number: 7, token: "ghs_spec", author, ...more };
  }

  it("is created where there is none, and updated the next time", async () => {
    github = await startGithub([servedComment(1, "looks good", "User")]);
    const first = await postComment(pull(), marker, `${marker}\none`);
    expect(first).to.deep.equal({ how: "created", url: github.comments[1]?.html_url });
    const second = await postComment(pull(), marker, `${marker}\ntwo`);
    expect(second).to.deep.equal({ how: "updated", url: github.comments[1]?.html_url });
    expect(github.comments.map(({ body }) => body)).to.deep.equal(["looks good", `${marker}\ntwo`]);
  });

  it("is found on the third page of comments", async () => {
    const comments = Array.from({ length: 230 }, (_, index) =>
      servedComment(index + 1, index === 220 ? `${marker}\nold` : "talk", index === 220 ? "Bot" : "User"),
    );
    github = await startGithub(comments);
    expect(await postComment(pull(), marker, `${marker}\nnew`)).to.include({ how: "updated" });
    expect(github.comments).to.have.lengthOf(230);
    expect(github.comments[220]?.body).to.equal(`${marker}\nnew`);
    expect(github.requests.map((request) => request.replace(/\?.*&/, "?"))).to.deep.equal([
      "GET /repos/acme/patching/issues/7/comments?per_page=100",
      "GET /repos/acme/patching/issues/7/comments?page=2",
      "GET /repos/acme/patching/issues/7/comments?page=3",
      "PATCH /repos/acme/patching/issues/comments/221",
    ]);
  });

  it("never takes a person's comment for it, whatever that begins with", async () => {
    github = await startGithub([servedComment(1, `${marker}\nmine`, "User")]);
    expect(await postComment(pull(), marker, `${marker}\nours`)).to.include({ how: "created" });
    expect(github.comments[0]?.body).to.equal(`${marker}\nmine`);
  });

  it("is not another app's, which may have been made to repeat ours", async () => {
    github = await startGithub([servedComment(1, `${marker}\ntheirs`, "Bot")]);
    const posted = await postComment(pull({ author: "patching[bot]" }), marker, `${marker}\nours`);
    expect(posted).to.include({ how: "created" });
    expect(github.comments[0]?.body).to.equal(`${marker}\ntheirs`);
  });

  it("is not sent on where GitHub redirects, and neither is the token", async () => {
    github = await startGithub();
    const elsewhere = await startGithub();
    github.refuseWrites(301, "Moved Permanently", { location: `${elsewhere.url}/repositories/1/issues/7/comments` });
    const posted = await postComment(pull(), marker, marker);
    await elsewhere.close();
    expect(elsewhere.requests).to.deep.equal([]);
    expect(posted)
      .to.have.property("failure")
      .that.matches(/it redirects to http:.*the token is not sent/);
  });

  it("is left alone when it says the same already", async () => {
    github = await startGithub([servedComment(1, `${marker}\nsame`, "Bot")]);
    expect(await postComment(pull(), marker, `${marker}\nsame`)).to.include({ how: "unchanged" });
    expect(github.requests).to.have.lengthOf(1);
  });

  it("that may not be written says which permission is missing, and that forks never have it", async () => {
    github = await startGithub();
    github.refuseWrites(403, "Resource not accessible by integration");
    const posted = await postComment(pull(), marker, marker);
    expect(posted)
      .to.have.property("failure")
      .that.matches(/^not allowed to comment on acme\/patching#7: .*pull-requests: write.*forks.*not accessible/);
  });

  it("that is throttled, unauthorised, too long or of no pull request says so", async () => {
    github = await startGithub();
    const failure = async (more: Partial<PullRequest> = {}, body = marker): Promise<string> => {
      const posted = await postComment(pull(more), marker, body);
      return "failure" in posted ? posted.failure : posted.how;
    };
    expect(await failure({ token: "wrong" })).to.match(/^GitHub does not accept the token/);
    expect(await failure({ number: 8 })).to.match(/^there is no acme\/patching#8, or/);
    expect(await failure({}, "x".repeat(65_537))).to.match(/^GitHub answered 422 for acme\/patching#7: Validation/);
    github.refuseWrites(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0" });
    expect(await failure()).to.match(/^GitHub throttles the calls/);
  });

  it("that cannot be sent names the address", async () => {
    github = await startGithub();
    await github.close();
    const posted = await postComment(pull(), marker, marker);
    expect(posted)
      .to.have.property("failure")
      .that.matches(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached/);
  });
});

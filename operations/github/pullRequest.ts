import type { Octokit } from "@octokit/rest";
import { githubFailure, openOctokit, type Repository } from "./client.ts";

/** Where a comment goes, and with which right. */
export interface PullRequest extends Repository {
  readonly number: number;
  /** Who posts with that token, e.g. `github-actions[bot]`. */
  readonly author: string;
}

/** What came of posting: where the comment is, or why there is none. */
export type Posted =
  { readonly how: "created" | "updated" | "unchanged"; readonly url: string } | { readonly failure: string };

/** Pages of comments that are looked through: nobody talks more. */
const mostPages = 100;

/**
 * The first comment of ours that begins with the marker. Anybody may write the marker, and another app may be made to
 * repeat it: theirs would be overwritten, or trusted by whoever reads it.
 */
async function ownComment(octokit: Octokit, pull: PullRequest, marker: string) {
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    owner: pull.owner,
    repo: pull.repository,
    issue_number: pull.number,
    per_page: 100,
  });
  let page = 0;
  for await (const { data } of pages) {
    const found = data.find(
      ({ user, body }) => user?.type === "Bot" && user.login === pull.author && body?.startsWith(marker) === true,
    );
    page += 1;
    if (found !== undefined || page >= mostPages) return found;
  }
  return undefined;
}

/**
 * Creates the one comment that begins with the marker, or gives it the new text.
 * https://docs.github.com/rest/issues/comments
 */
export async function postComment(pull: PullRequest, marker: string, body: string): Promise<Posted> {
  try {
    const octokit = await openOctokit(pull);
    const target = { owner: pull.owner, repo: pull.repository };
    const own = await ownComment(octokit, pull, marker);
    if (own === undefined) {
      const { data } = await octokit.rest.issues.createComment({ ...target, issue_number: pull.number, body });
      return { how: "created", url: data.html_url };
    }
    if (own.body === body) return { how: "unchanged", url: own.html_url };
    const { data } = await octokit.rest.issues.updateComment({ ...target, comment_id: own.id, body });
    return { how: "updated", url: data.html_url };
  } catch (error) {
    const what = `${pull.owner}/${pull.repository}#${String(pull.number)}`;
    const permission = `not allowed to comment on ${what}: the job needs \`permissions: pull-requests: write\`, and pull requests from forks and from Dependabot never get it`;
    return { failure: githubFailure(error, pull, what, permission) };
  }
}

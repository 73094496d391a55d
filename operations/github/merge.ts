import type { Octokit } from "@octokit/rest";
import { approversOf, type Merge } from "../../domain/approvals/merge.ts";
import { githubFailure, openOctokit, type Repository } from "./client.ts";

/** The file whose approval is looked for. */
export interface MergedFile {
  /** From the repository's top. */
  readonly path: string;
  /** Git's id of its content. */
  readonly blob: string;
  /** The commit that is deployed. */
  readonly ref: string;
}

/** Pages of reviews that are looked through, of a hundred each. */
const mostPages = 10;

async function pullRequestOf(
  octokit: Octokit,
  target: { readonly owner: string; readonly repo: string },
  commit_sha: string,
): Promise<Merge["pullRequest"]> {
  const { data: pulls } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...target, commit_sha });
  // Of several the first that was merged brought it in.
  const merged = pulls.flatMap(({ number, merged_at: at }) => (at === null ? [] : [{ number, at }]));
  const [first] = merged.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  if (first === undefined) return null;
  const { data: pull } = await octokit.rest.pulls.get({ ...target, pull_number: first.number });
  let page = 0;
  const reviews = await octokit.paginate(
    octokit.rest.pulls.listReviews,
    { ...target, pull_number: first.number, per_page: 100 },
    ({ data }, done) => {
      page += 1;
      if (page >= mostPages) done();
      return data.map(({ user, state, submitted_at: at = "", commit_id: commit }) => {
        return { login: user?.login ?? "", state, at, commit: commit ?? "" };
      });
    },
  );
  return {
    number: first.number,
    url: pull.html_url,
    author: pull.user.login,
    mergedAt: first.at,
    mergedBy: pull.merged_by?.login ?? "",
    approvers: approversOf(reviews, { mergedAt: first.at, head: pull.head.sha }),
  };
}

/**
 * How the content of a file came into the commit that is deployed, and who approved that. Needs the permissions
 * `contents: read` and `pull-requests: read`.
 * https://docs.github.com/rest/repos/contents https://docs.github.com/rest/commits/commits https://docs.github.com/rest/pulls/reviews
 */
export async function mergeOf(
  repository: Repository,
  { path, blob, ref }: MergedFile,
): Promise<Merge | { readonly failure: string }> {
  const target = { owner: repository.owner, repo: repository.repository };
  const what = `${path} at ${ref.slice(0, 12)} in ${repository.owner}/${repository.repository}`;
  const permission = `not allowed to read ${what}: the job needs \`permissions: contents: read\` and \`pull-requests: read\``;
  try {
    const octokit = await openOctokit(repository);
    const { data: file } = await octokit.rest.repos.getContent({ ...target, path, ref });
    if (Array.isArray(file) || file.sha !== blob) return { failure: `${what} is not the file that lies here` };
    const { data: commits } = await octokit.rest.repos.listCommits({ ...target, path, sha: ref, per_page: 1 });
    const [newest] = commits;
    if (newest === undefined) return { failure: `no commit of ${what} is known` };
    const { sha: id, author, commit } = newest;
    return {
      commit: { id, author: author?.login ?? commit.author?.name ?? "", at: commit.committer?.date ?? "" },
      pullRequest: await pullRequestOf(octokit, target, id),
    };
  } catch (error) {
    return { failure: githubFailure(error, repository, what, permission) };
  }
}

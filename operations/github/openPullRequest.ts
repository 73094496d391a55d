import { githubFailure, openOctokit, type Repository } from "./client.ts";

/** One new file on a branch of its own, and the pull request for it. */
export interface ProposedFile {
  readonly branch: string;
  /** From the repository's top. */
  readonly path: string;
  readonly text: string;
  /** Of the commit and of the pull request. */
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** What came of it. */
export type Opened = { readonly url: string; readonly number: number } | { readonly failure: string };

/**
 * Puts a file on a new branch from the default branch's head, and opens the pull request. A branch of that name is
 * somebody's proposal and is left alone; a branch that was begun here and got no pull request is taken away again.
 * https://docs.github.com/rest/git/refs https://docs.github.com/rest/repos/contents https://docs.github.com/rest/pulls/pulls
 */
export async function openPullRequest(
  repository: Repository,
  { branch, path, text, title, body }: ProposedFile,
): Promise<Opened> {
  const what = `${repository.owner}/${repository.repository}`;
  const permission = `not allowed to write to ${what}: the job needs \`permissions: contents: write\` and \`pull-requests: write\`, and the repository has to let Actions open pull requests`;
  const octokit = await openOctokit(repository);
  const target = { owner: repository.owner, repo: repository.repository };
  let begun = false;
  try {
    const { data: about } = await octokit.rest.repos.get(target);
    const base = about.default_branch;
    const { data: head } = await octokit.rest.git.getRef({ ...target, ref: `heads/${base}` });
    await octokit.rest.git.createRef({ ...target, ref: `refs/heads/${branch}`, sha: head.object.sha });
    begun = true;
    const content = Buffer.from(text).toString("base64");
    await octokit.rest.repos.createOrUpdateFileContents({ ...target, branch, path, message: title, content });
    const { data } = await octokit.rest.pulls.create({ ...target, base, head: branch, title, body });
    return { url: data.html_url, number: data.number };
  } catch (error) {
    const failure = githubFailure(error, repository, what, permission);
    if (!begun && error instanceof Error && "status" in error && error.status === 422)
      return { failure: `${what} has a branch ${branch} already: somebody has proposed that; ${failure}` };
    if (!begun) return { failure };
    const isGone = await octokit.rest.git.deleteRef({ ...target, ref: `heads/${branch}` }).then(
      () => true,
      () => false,
    );
    return { failure: isGone ? failure : `${failure}; the branch ${branch} is left there, and has to be deleted` };
  }
}

import type { Octokit } from "@octokit/rest";

/** Where a comment goes, and with which right. */
export interface PullRequest {
  /** `https://api.github.com`, or a GitHub Enterprise Server's. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly number: number;
  readonly token: string;
  /** Who posts with that token, e.g. `github-actions[bot]`. */
  readonly author: string;
}

/** What came of posting: where the comment is, or why there is none. */
export type Posted =
  { readonly how: "created" | "updated" | "unchanged"; readonly url: string } | { readonly failure: string };

/** One request ends within this time; GitHub's own limit is ten seconds. */
const requestTimeout = 30_000;
/** Pages of comments that are looked through: nobody talks more. */
const mostPages = 100;

async function openOctokit({ apiUrl, token }: PullRequest): Promise<Octokit> {
  // Loaded here and not before: no other command needs it.
  const { Octokit: Client } = await import("@octokit/rest");
  // A token goes where it was meant to, and a change is not sent again as a question.
  const fetchInTime: typeof fetch = async (url, init) => {
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(requestTimeout) });
    const elsewhere = answer.headers.get("location");
    if (elsewhere === null || answer.status < 300 || answer.status >= 400) return answer;
    throw new Error(`it redirects to ${elsewhere}, where the token is not sent: was the repository renamed?`);
  };
  const quiet = (): undefined => undefined;
  return new Client({
    auth: token,
    baseUrl: apiUrl,
    request: { fetch: fetchInTime },
    userAgent: "patchplane",
    // Failures are told once, in words of our own.
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

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

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly rateLimited: boolean;
}

/** GitHub's answer in an error of Octokit's; undefined when there was none. */
function answerOf(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  const response =
    "response" in error ? (error.response as { headers?: Record<string, unknown> } | undefined) : undefined;
  if (response === undefined) return undefined;
  const { headers } = response;
  const rateLimited = headers?.["x-ratelimit-remaining"] === "0" || headers?.["retry-after"] !== undefined;
  return { status: error.status, message: error.message, rateLimited };
}

/** Why the comment could not be posted, in words that say what to do. What is no answer and no broken connection is thrown on. */
function githubFailure(error: unknown, pull: PullRequest): string {
  const where = `${pull.owner}/${pull.repository}#${String(pull.number)}`;
  const answer = answerOf(error);
  if (answer === undefined) {
    if (!(error instanceof Error) || !("status" in error || error.name === "TimeoutError")) throw error;
    return `${pull.apiUrl} cannot be reached: ${error.message}`;
  }
  const { status, message, rateLimited } = answer;
  if (rateLimited && (status === 403 || status === 429))
    return `GitHub throttles the calls; try again later (${message})`;
  if (status === 401) return `GitHub does not accept the token in GITHUB_TOKEN (${message})`;
  if (status === 403) {
    return `not allowed to comment on ${where}: the job needs \`permissions: pull-requests: write\`, and pull requests from forks and from Dependabot never get it (${message})`;
  }
  if (status === 404) return `there is no ${where}, or the token may not see it (${message})`;
  return `GitHub answered ${String(status)} for ${where}: ${message}`;
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
    return { failure: githubFailure(error, pull) };
  }
}

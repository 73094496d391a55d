import type { Octokit } from "@octokit/rest";

/** A repository, and the right to write to it. */
export interface Repository {
  /** `https://api.github.com`, or a GitHub Enterprise Server's. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly token: string;
}

/** One request ends within this time; GitHub's own limit is ten seconds. */
const requestTimeout = 30_000;

/** A client of GitHub's REST API. */
export async function openOctokit({ apiUrl, token }: Repository): Promise<Octokit> {
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

/**
 * Why GitHub did not do it, in words that say what to do. What is no answer and no broken connection is thrown on.
 * @param what - what it was asked about, e.g. `acme/patching#7`
 * @param permission - what the job lacks where it is not allowed
 */
export function githubFailure(error: unknown, { apiUrl }: Repository, what: string, permission: string): string {
  const answer = answerOf(error);
  if (answer === undefined) {
    if (!(error instanceof Error) || !("status" in error || error.name === "TimeoutError")) throw error;
    return `${apiUrl} cannot be reached: ${error.message}`;
  }
  const { status, message, rateLimited } = answer;
  if (rateLimited && (status === 403 || status === 429))
    return `GitHub throttles the calls; try again later (${message})`;
  if (status === 401) return `GitHub does not accept the token in GITHUB_TOKEN (${message})`;
  if (status === 403) return `${permission} (${message})`;
  if (status === 404) return `there is no ${what}, or the token may not see it (${message})`;
  return `GitHub answered ${String(status)} for ${what}: ${message}`;
}

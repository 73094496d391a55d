import type { Fault } from "../../domain/fault.ts";
import type { Repository } from "../../operations/github/client.ts";

/** Owner and name by GitHub's rules: nothing that a URL would read as more than a name. */
const repositoryName = /^([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/(?!\.{1,2}$)([A-Za-z0-9._-]{1,100})$/;

/** In the clear a token goes to this machine alone, where tests listen. */
function tokenMayGoTo(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" || (url?.protocol === "http:" && /^(localhost|127(\.\d{1,3}){3})$/.test(url.hostname))
  );
}

/** The repository that the environment names, as a workflow has it; or what is wrong with that. */
export function githubRepository(): { readonly repository: Repository; readonly faults: readonly Fault[] } {
  const token = process.env["GITHUB_TOKEN"] ?? "";
  const [, owner = "", repository = ""] = repositoryName.exec(process.env["GITHUB_REPOSITORY"] ?? "") ?? [];
  const apiUrl = process.env["GITHUB_API_URL"] ?? "https://api.github.com";
  return {
    repository: { apiUrl, owner, repository, token },
    faults: [
      ...(token === ""
        ? [{ path: "GITHUB_TOKEN", message: "is not set", fix: "hand the job's token to the step" }]
        : []),
      ...(owner === ""
        ? [{ path: "GITHUB_REPOSITORY", message: "is not set, or no repository's name", allowed: "<owner>/<name>" }]
        : []),
      ...(tokenMayGoTo(apiUrl)
        ? []
        : [{ path: "GITHUB_API_URL", message: "not an address that a token may be sent to", allowed: "https://…" }]),
    ],
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listening } from "../../harness/listening.ts";

/** A comment as GitHub's REST API has it, as far as it is used. */
export interface ServedComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: "Bot" | "User" };
  readonly html_url: string;
}

/** A small GitHub: the comments of one pull request, in pages, as its REST documentation describes them. */
export interface GithubServer {
  readonly url: string;
  readonly comments: ServedComment[];
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  /** Answers every writing request with this status and message instead. */
  refuseWrites(status: number, message: string, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

const token = "ghs_spec";
const issuePath = "/repos/acme/patching/issues/7/comments";

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }).body;
}

/** A comment of a kind of author; ids count up by their place. */
export function servedComment(id: number, body: string, type: "Bot" | "User"): ServedComment {
  const login = type === "Bot" ? "github-actions[bot]" : "somebody";
  const url = `https://github.com/acme/patching/pull/7#issuecomment-${String(id)}`;
  return { id, body, user: { login, type }, html_url: url };
}

/** Starts one on this machine; the token it takes is `ghs_spec`. */
export async function startGithub(comments: ServedComment[] = []): Promise<GithubServer> {
  const requests: string[] = [];
  let refusal: { status: number; message: string; headers: Readonly<Record<string, string>> } | undefined;
  const answer = (response: ServerResponse, status: number, value: unknown, headers = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
  const list = (url: URL, response: ServerResponse): void => {
    const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
    const page = Number(url.searchParams.get("page") ?? 1);
    const last = Math.max(1, Math.ceil(comments.length / size));
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    const link = page < last ? { link: `<${next.href}>; rel="next"` } : {};
    answer(response, 200, comments.slice((page - 1) * size, page * size), link);
  };
  const write = async (request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const id = Number(/^\/repos\/acme\/patching\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    const known = comments.find((comment) => comment.id === id);
    if (refusal !== undefined) answer(response, refusal.status, { message: refusal.message }, refusal.headers);
    else if (body.length > 65_536) answer(response, 422, { message: "Validation Failed: body is too long" });
    else if (request.method === "POST" && url.pathname === issuePath) {
      const made = servedComment(1_000 + comments.length, body, "Bot");
      comments.push(made);
      answer(response, 201, made);
    } else if (request.method === "PATCH" && known !== undefined) {
      known.body = body;
      answer(response, 200, known);
    } else answer(response, 404, { message: "Not Found" });
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? ""}`);
    requests.push(`${request.method ?? ""} ${url.pathname}${url.search}`);
    if (request.headers.authorization !== `token ${token}`) answer(response, 401, { message: "Bad credentials" });
    else if (request.method !== "GET") void write(request, url, response);
    else if (url.pathname === issuePath) list(url, response);
    else answer(response, 404, { message: "Not Found" });
  });
  return {
    ...(await listening(server)),
    comments,
    requests,
    refuseWrites: (status, message, headers = {}) => {
      refusal = { status, message, headers };
    },
  };
}

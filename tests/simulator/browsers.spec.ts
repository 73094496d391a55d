import { request } from "node:http";
import { expect } from "chai";
import { cloud, inFreshCloud } from "./freshCloud.ts";

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: number;
}

/** Status of an answer; `fetch` would not let a header name another host. */
function answered({ headers = {}, bytes = 0 }: Sent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${cloud.url}/_patchplane/clock`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end(Buffer.alloc(bytes, " "));
  });
}

describe("embedded cloud: what is no tool of this machine", () => {
  inFreshCloud();

  it("is refused where it comes under another name, as a page that points its own here", async () => {
    const { port } = new URL(cloud.url);
    for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example"])
      expect(await answered({ headers: { host } }), host).to.equal(403);
    for (const host of [`localhost:${port}`, "127.0.0.1", `bucket.localhost:${port}`])
      expect(await answered({ headers: { host } }), host).to.not.equal(403);
  });

  it("is refused where it is a page of a browser", async () => {
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1"])
      expect(await answered({ headers: { origin } }), origin).to.equal(403);
    expect(await answered({ headers: { origin: cloud.url } })).to.not.equal(403);
  });

  it("is told by 413 where its body is larger than any API takes", async () => {
    expect(await answered({ bytes: 16 * 1024 * 1024 + 1 })).to.equal(413);
  });
});

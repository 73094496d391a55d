import { expect } from "chai";
import { proxyEnvironment } from "../../engine/proxy.ts";
import { deployedProject, patchplane } from "./commandFixture.ts";

describe("the environment's proxies", () => {
  it("are read alike by all: both spellings, with a scheme, and this machine without one", () => {
    expect(proxyEnvironment({ PATH: "/bin", NO_PROXY: "example.com" })).to.deep.equal({});
    const told = proxyEnvironment({
      https_proxy: "proxy:3128",
      HTTPS_PROXY: "http://other:1",
      no_proxy: "localhost, .corp",
    });
    expect(told).to.include({ HTTPS_PROXY: "http://proxy:3128", https_proxy: "http://proxy:3128" });
    expect(told).not.to.have.any.keys("HTTP_PROXY", "http_proxy");
    expect(told["no_proxy"]).to.match(/^localhost,\.corp,127\.0\.0\.1,::1,169\.254\.169\.254,/);
    expect(told["NO_PROXY"]).to.equal(told["no_proxy"]);
  });
});

describe("a command behind a proxy", function () {
  this.timeout(300_000);
  const project = deployedProject(() => false);

  it("asks an embedded cloud of this machine directly, the part of Azure too", async () => {
    // Nothing listens there.
    const dead = "http://127.0.0.1:9";
    const env = { HTTPS_PROXY: dead, HTTP_PROXY: dead, http_proxy: dead, https_proxy: dead };
    const ended = await patchplane(project.folder, project.cloud.url, ["status", "--json"], { env });
    const { servers } = JSON.parse(ended.stdout) as { servers: readonly { onboarding: { state: string } | null }[] };
    expect(servers.flatMap(({ onboarding }) => onboarding?.state ?? [])).to.include("notDeployed");
    expect(ended.stdout).not.to.contain("not readable").and.not.contain("cannot be reached");
  });
});

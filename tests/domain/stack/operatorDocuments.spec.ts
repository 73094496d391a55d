import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { operatorDocuments } from "../../../domain/stack/operatorDocuments.ts";
import { drillObject } from "../../../domain/stack/publications.ts";

const documents = operatorDocuments("prod", "the-bucket");

function linesOf(platform: "Linux" | "Windows"): readonly string[] {
  const reboot = documents.find(({ key }) => key === "reboot");
  const step = reboot?.content.mainSteps.find(({ precondition }) => precondition?.StringEquals[1] === platform);
  return step?.inputs["runCommand"] as readonly string[];
}

describe("the documents that operators send", () => {
  it("have names that stay, and a scan that can be told nothing", () => {
    const [scan, reboot] = documents;
    expect([scan?.name, reboot?.name]).to.deep.equal(["patchplane-prod-scan", "patchplane-prod-reboot"]);
    expect(scan?.content.parameters).to.equal(undefined);
    expect(scan?.content.mainSteps.map(({ inputs }) => inputs["documentParameters"])).to.deep.equal([
      { Operation: "Scan", RebootOption: "NoReboot" },
    ]);
  });

  it("install nothing in a drill, by a list of the stack's that names one update which is nowhere", () => {
    const drill = documents.find(({ key }) => key === "drill");
    expect(drill?.name).to.equal("patchplane-prod-drill");
    expect(drill?.content.parameters).to.equal(undefined);
    const { key, content } = drillObject();
    expect(key).to.match(/^overrides\/[0-9a-f]{16}\.yaml$/);
    expect(drill?.content.mainSteps.map(({ inputs }) => inputs)).to.deep.equal([
      {
        documentType: "SSMDocument",
        documentPath: "AWS-RunPatchBaseline",
        documentParameters: {
          Operation: "Install",
          RebootOption: "NoReboot",
          InstallOverrideList: `s3://the-bucket/${key}`,
        },
      },
    ]);
    // What AWS-RunPatchBaseline asks of the URL.
    expect(`s3://the-bucket/${key}`).to.match(/^s3:\/\/([^/]+)\/(.*?([^/]+))$/);
    expect(parse(content)).to.deep.equal({
      patches: [{ id: "KB0000000", title: "patchplane-drill-installs-nothing" }],
    });
  });

  it("reboot once: the first run asks the agent for it, the second one looks whether the machine has booted", () => {
    const folder = mkdtempSync(join(tmpdir(), "patchplane-reboot-"));
    const boot = join(folder, "boot_id");
    const script = linesOf("Linux")
      .join("\n")
      .replace("/var/lib/patchplane", join(folder, "state"))
      .replace("/proc/sys/kernel/random/boot_id", boot)
      .replace("{{ RunId }}", "2026-12-01T030000Z-prod-reboot-1a2b");
    const run = (id: string): readonly [number | null, string, string] => {
      writeFileSync(boot, `${id}\n`);
      // What this machine's locale and its user's .bashrc say is not looked at.
      const env = { PATH: process.env["PATH"], LC_ALL: "C" };
      const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8", env });
      return [status, stdout, stderr];
    };
    try {
      expect(run("a")).to.deep.equal([194, "", ""]);
      expect(run("b")).to.deep.equal([0, "booted\n", ""]);
      expect(run("b")).to.deep.equal([194, "", ""]);
      expect(run("b")).to.deep.equal([1, "", "it did not boot again\n"]);
      expect(execFileSync("ls", [join(folder, "state")], { encoding: "utf8" })).to.equal("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ask the agent for a reboot by the exit code of each platform, in a line of its own", () => {
    expect(linesOf("Linux").map((line) => line.trim())).to.include("exit 194");
    expect(linesOf("Windows").map((line) => line.trim())).to.include("exit 3010");
  });
});

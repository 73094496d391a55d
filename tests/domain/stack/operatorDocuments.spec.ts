import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { operatorDocuments } from "../../../domain/stack/operatorDocuments.ts";

function linesOf(platform: "Linux" | "Windows"): readonly string[] {
  const reboot = operatorDocuments("prod").find(({ key }) => key === "reboot");
  const step = reboot?.content.mainSteps.find(({ precondition }) => precondition?.StringEquals[1] === platform);
  return step?.inputs["runCommand"] as readonly string[];
}

describe("the documents that operators send", () => {
  it("have names that stay, and a scan that can be told nothing", () => {
    const [scan, reboot] = operatorDocuments("prod");
    expect([scan?.name, reboot?.name]).to.deep.equal(["patchplane-prod-scan", "patchplane-prod-reboot"]);
    expect(scan?.content.parameters).to.equal(undefined);
    expect(scan?.content.mainSteps.map(({ inputs }) => inputs["documentParameters"])).to.deep.equal([
      { Operation: "Scan", RebootOption: "NoReboot" },
    ]);
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
      const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
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

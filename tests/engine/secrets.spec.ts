import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { engineFixture, type EngineFixture } from "./engineFixture.ts";
import { activationCodes } from "./onboardedVms.ts";

/** The text as it stands inside a base64 text, at each of the three places it can begin at. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${"x".repeat(shift)}${text}`).toString("base64");
    // Characters that also depend on what stands before and after are cut off.
    return encoded.slice(Math.ceil((shift * 4) / 3), -4);
  });
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What the CLI exports; the Automation API's own export always shows the secrets. */
function exported(fixture: EngineFixture): string {
  const { pulumiCommand } = fixture.stack.workspace as unknown as { pulumiCommand: { command: string } };
  const run = spawnSync(pulumiCommand.command, ["stack", "export", "--stack", "test"], {
    cwd: fixture.sandbox.workDir,
    env: { ...process.env, ...fixture.sandbox.env },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

describe("secrets after an up on the real engine", function () {
  this.timeout(300_000);
  const fixture = engineFixture();
  let codes: readonly string[] = [];
  let needles: readonly string[] = [];

  before(async () => {
    await fixture.up();
    await fixture.preview();
    await fixture.refresh();
    codes = await activationCodes(fixture);
    needles = codes.flatMap((code) => [code, ...base64Forms(code)]);
  });

  it("finds the codes when secrets are asked for, so that the walk below can fail", () => {
    expect(codes).to.have.length(3);
    expect(new Set(codes).size).to.equal(3);
    const inScript = Buffer.from(`PATCHPLANE_ACTIVATION_CODE='${codes[0] ?? ""}'`).toString("base64");
    expect(base64Forms(codes[0] ?? "").some((form) => inScript.includes(form))).to.equal(true);
  });

  it("leaves no code in plain text or base64 in the state, in any file of the run or in what the engine printed", async () => {
    const places: [string, string][] = [
      ["state export", exported(fixture)],
      ["engine output", fixture.printed()],
      ["stack outputs", JSON.stringify(await fixture.stack.outputs())],
    ];
    for (const file of await filesUnder(fixture.root)) places.push([file, await readFile(file, "latin1")]);
    const found = places.filter(([, text]) => needles.some((needle) => text.includes(needle))).map(([place]) => place);
    expect(places.length).to.be.greaterThan(5);
    expect(found).to.deep.equal([]);
  });

  it("lets ARM give back no protected setting", async () => {
    const path =
      "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-apps/providers/Microsoft.Compute/virtualMachines/app-1/extensions/patchplane-onboarding?api-version=2024-11-01&$expand=instanceView";
    const answer = await fetch(`${fixture.cloud.url}${path}`);
    const text = await answer.text();
    expect(answer.status).to.equal(200);
    expect(needles.filter((needle) => text.includes(needle))).to.deep.equal([]);
  });
});

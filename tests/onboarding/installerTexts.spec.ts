import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { installerTexts } from "./installerTexts.ts";

const { linux, windows } = loadOnboardingScripts(process.cwd())["v2"] ?? { linux: "", windows: "" };

/** The exit codes that the Linux script's own function gives these texts, one process for all. */
function linuxCodes(texts: readonly string[]): readonly number[] {
  const work = mkdtempSync(join(tmpdir(), "patchplane-texts-"));
  try {
    texts.forEach((text, index) => {
      writeFileSync(join(work, String(index)), text);
    });
    const functions = linux.slice(0, linux.indexOf("# Standard output belongs"));
    const each = [
      `work='${work}'`,
      `for ((at = 0; at < ${String(texts.length)}; at++)); do`,
      '  mv "$work/$at" "$work/installer.log"',
      '  explain_installer 1 2>/dev/null >&2 || true; echo "$reason"',
      "done",
    ];
    const run = spawnSync("bash", ["--norc", "-c", [functions, ...each].join("\n")], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PATCHPLANE_ACTIVATION_CODE: "S3cret+Code/0fTheTest" },
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim().split("\n").map(Number);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The cases of the Windows script's switch over the installer's words, in order. */
function windowsCases(): readonly { readonly pattern: RegExp; readonly exitCode: number }[] {
  const body = /switch -Regex \(\$said\) \{\n([\s\S]*?)\n {6}default/.exec(windows)?.[1] ?? "";
  return [...body.matchAll(/^ {6}'([^']+)' \{\s+(\d+), /gm)].map(([, pattern = "", code]) => ({
    pattern: new RegExp(pattern, "i"),
    exitCode: Number(code),
  }));
}

describe("what ssm-setup-cli says", () => {
  const codes = linuxCodes(installerTexts.map(({ says }) => says));
  const cases = windowsCases();

  it("is told apart by eight cases on Windows, and by what is left", () => {
    expect(cases.map(({ exitCode }) => exitCode)).to.deep.equal([50, 51, 55, 52, 30, 32, 31, 33]);
  });

  installerTexts.forEach(({ says, exitCode }, index) => {
    const words = says.split("\n").at(-1) ?? "";
    it(`means ${String(exitCode)}: ${words.replace(/^.*\/": /, "").slice(0, 120)}`, () => {
      expect(codes[index], "on Linux").to.equal(exitCode);
      const said = says.replace(/^.*? ERROR /s, "");
      expect(cases.find(({ pattern }) => pattern.test(said))?.exitCode ?? 53, "on Windows").to.equal(exitCode);
    });
  });
});

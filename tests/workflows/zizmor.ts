import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTool, toolPath, type CachedTool } from "../harness/cachedTool.ts";

/** The wheel for Linux x64: it carries zizmor itself and runs nothing when unpacked. */
const wheelDigest = "84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071";

/** zizmor, from the Python package index and checked by its digest. */
const tool: CachedTool = {
  name: "zizmor",
  version: "1.32.0",
  needs: "Python 3 with pip",
  installedBy: "node tests/workflows/zizmor.ts",
  install: (folder) => {
    const wanted = join(folder, "requirements.txt");
    writeFileSync(wanted, `zizmor==${tool.version} --hash=sha256:${wheelDigest}\n`);
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    execFileSync("python3", [...pip, "--dest", folder, "--requirement", wanted], { stdio: "inherit" });
    const wheel = `zizmor-${tool.version}-py3-none-manylinux_2_28_x86_64.whl`;
    execFileSync("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
    const binary = join(folder, `zizmor-${tool.version}.data`, "scripts", "zizmor");
    chmodSync(binary, 0o755);
    return binary;
  },
};

/** One thing zizmor found. */
export interface ZizmorFinding {
  readonly ident: string;
  readonly desc: string;
}

/**
 * Everything zizmor says about a folder's workflows and actions, by itself alone: it asks nobody on the network. So what
 * it learns from GitHub (known faults of an action, a hash that stands for no version) is not among it.
 */
export function zizmor(folder: string, config: string): readonly ZizmorFinding[] {
  const options = ["--offline", "--no-progress", "--strict-collection", "--no-exit-codes", "--format", "json"];
  const run = spawnSync(toolPath(tool), [...options, "--config", config, folder], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`zizmor ended with ${String(run.status)}: ${run.stderr}`);
  return JSON.parse(run.stdout) as readonly ZizmorFinding[];
}

if (import.meta.main) ensureTool(tool);

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureTool, toolPath, type CachedTool } from "../harness/cachedTool.ts";
import { shellcheckPath } from "../onboarding/shellcheck.ts";

/** actionlint, built with Go, which checks the sources against its checksum database. */
const tool: CachedTool = {
  name: "actionlint",
  version: "1.7.12",
  needs: "Go 1.25 or newer",
  installedBy: "node tests/workflows/actionlint.ts",
  install: (folder) => {
    const env = { ...process.env, GOBIN: folder, GOFLAGS: "-trimpath", GOWORK: "off" };
    const module = `github.com/rhysd/actionlint/cmd/actionlint@v${tool.version}`;
    execFileSync("go", ["install", module], { cwd: folder, env, stdio: "inherit" });
    return join(folder, "actionlint");
  },
};

/** One thing actionlint found. */
export interface ActionlintFinding {
  readonly message: string;
  readonly filepath: string;
  readonly line: number;
  readonly kind: string;
}

/** Everything actionlint says about workflow files, with what ShellCheck says of the scripts in them. */
export function actionlint(...files: readonly string[]): readonly ActionlintFinding[] {
  const options = ["-no-color", "-format", "{{json .}}", `-shellcheck=${shellcheckPath()}`, "-pyflakes="];
  const run = spawnSync(toolPath(tool), [...options, ...files], { encoding: "utf8" });
  if (run.status !== 0 && run.status !== 1) throw new Error(`actionlint ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as readonly ActionlintFinding[];
}

if (import.meta.main) ensureTool(tool);

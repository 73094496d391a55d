import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { shellcheckPath } from "../onboarding/shellcheck.ts";

const version = "1.7.12";
const module = `github.com/rhysd/actionlint/cmd/actionlint@v${version}`;
const cache = join(process.cwd(), ".patchplane", "actionlint");
const cached = join(cache, `actionlint-${version}`);

/** One thing actionlint found. */
export interface ActionlintFinding {
  readonly message: string;
  readonly filepath: string;
  readonly line: number;
  readonly kind: string;
}

/**
 * Path of actionlint: `ACTIONLINT`, else one on PATH, else the cached one that `node tests/workflows/actionlint.ts` puts
 * in place.
 *
 * @throws when there is none: a check that is left out unseen is no check
 */
export function actionlintPath(): string {
  const candidates = [
    ...[process.env["ACTIONLINT"]].filter((path) => path !== undefined),
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "actionlint")),
    cached,
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      "actionlint is missing: run `node tests/workflows/actionlint.ts`, or install it, or set ACTIONLINT",
    );
  }
  return found;
}

/** Everything actionlint says about workflow files, with what ShellCheck says of the scripts in them. */
export function actionlint(...files: readonly string[]): readonly ActionlintFinding[] {
  const options = ["-no-color", "-format", "{{json .}}", `-shellcheck=${shellcheckPath()}`, "-pyflakes="];
  const run = spawnSync(actionlintPath(), [...options, ...files], { encoding: "utf8" });
  if (run.status !== 0 && run.status !== 1) throw new Error(`actionlint ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as readonly ActionlintFinding[];
}

/** Builds actionlint into the project's cache with Go, which checks the sources against its checksum database. */
function install(): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "install-"));
  try {
    const env = { ...process.env, GOBIN: work, GOFLAGS: "-trimpath", GOWORK: "off" };
    execFileSync("go", ["install", module], { cwd: work, env, stdio: "inherit" });
    renameSync(join(work, "actionlint"), cached);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    actionlintPath();
  } catch {
    install();
  }
  process.stdout.write(`${actionlintPath()}\n`);
}

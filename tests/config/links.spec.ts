import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane, readPlaneFrom } from "../../config/file.ts";
import { loadOnboardingScripts, onboardingScriptsFolder } from "../../config/onboardingScripts.ts";
import { NoPlainFile, projectFiles } from "../../config/projectFiles.ts";
import { baseCommit } from "../../operations/git/files.ts";
import { folderOfEach, gitIn } from "../harness/folders.ts";

const project = join(import.meta.dirname, "..", "..");

describe("a project with something else in the place of a file", () => {
  const root = folderOfEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "patchplane-spec-"));
    for (const part of ["Pulumi.nonprod.yaml", "Pulumi.prod.yaml", "approvals", "components", "fleet"]) {
      execFileSync("cp", ["-r", join(project, part), folder]);
    }
    return folder;
  });
  const git = gitIn(root);

  /** Moves a path aside and puts a link to it in its place. */
  function link(path: string): void {
    mkdirSync(join(root(), "aside"), { recursive: true });
    const aside = join(root(), "aside", path.replaceAll("/", "-"));
    renameSync(join(root(), path), aside);
    symlinkSync(aside, join(root(), path));
  }

  for (const path of ["fleet", "fleet/prod.csv", "approvals", "Pulumi.prod.yaml"]) {
    it(`has a fault with the path of a linked ${path}, on disk and in git, where the same without it has none`, () => {
      git("init", "--quiet", "--initial-branch", "main");
      expect("plane" in readPlane(root(), "prod")).to.equal(true);
      link(path);
      git("add", "--all");
      git("commit", "--quiet", "--message", "link");
      const inGit = readPlaneFrom(baseCommit(root(), "HEAD").files, "prod");
      for (const resolved of [readPlane(root(), "prod"), inGit]) {
        const faults = "faults" in resolved ? resolved.faults : [];
        expect(faults.map((fault) => [fault.path, fault.message])).to.deep.include([path, "is a symbolic link"]);
      }
    });
  }

  it("refuses an approval, or a group's folder of approvals, that is a link", () => {
    mkdirSync(join(root(), "approvals/prod-sensitive"), { recursive: true });
    symlinkSync("/etc/hostname", join(root(), "approvals/prod-sensitive/2030-01-01.yaml"));
    const read = readPlane(root(), "prod");
    expect("faults" in read ? read.faults.map(({ path }) => path) : []).to.deep.include(
      "approvals/prod-sensitive/2030-01-01.yaml",
    );
    symlinkSync("/etc", join(root(), "approvals/other"));
    expect(() => projectFiles(root()).list("approvals")).to.throw(NoPlainFile, "approvals/other is a symbolic link");
  });

  for (const path of ["v2/linux.sh", "v2/windows.ps1", "v2/windows.packed", "v2", "v1"]) {
    it(`runs no onboarding script of a linked ${path}`, () => {
      expect(loadOnboardingScripts(root())).to.have.all.keys("v1", "v2");
      link(join(onboardingScriptsFolder, path));
      expect(() => loadOnboardingScripts(root())).to.throw(NoPlainFile, `${path} is a symbolic link`);
    });
  }

  it("does not wait at a pipe", () => {
    execFileSync("mkfifo", [join(root(), "fleet/pipe.csv")]);
    expect(() => projectFiles(root()).read("fleet/pipe.csv")).to.throw(NoPlainFile, "a pipe");
  });
});

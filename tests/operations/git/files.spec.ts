import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { projectFiles } from "../../../config/projectFiles.ts";
import { folderOfEach, gitIn } from "../../harness/folders.ts";
import { changedPaths } from "../../../operations/git/changes.ts";
import { baseCommit, GitFailure } from "../../../operations/git/files.ts";

describe("files of a commit", () => {
  const root = folderOfEach();
  const git = gitIn(root);
  const commit = (path: string, text: string): string => {
    mkdirSync(join(root(), path, ".."), { recursive: true });
    writeFileSync(join(root(), path), text);
    git("add", "--all");
    git("commit", "--quiet", "--message", path);
    return git("rev-parse", "HEAD");
  };

  beforeEach(() => {
    git("init", "--quiet", "--initial-branch", "main");
  });

  it("are those of the disk when nothing has changed", () => {
    commit("Pulumi.prod.yaml", "config: {}\n");
    commit("approvals/db/2026-11-20.yaml", "näme: ü\n");
    const { files } = baseCommit(root(), "HEAD");
    const disk = projectFiles(root());
    for (const folder of ["approvals", "approvals/", "approvals/db", "nowhere", "Pulumi.prod.yaml"]) {
      expect(files.list(folder), folder).to.deep.equal(disk.list(folder));
    }
    expect(files.list("")).to.deep.equal(disk.list("").filter(({ name }) => name !== ".git"));
    for (const file of [
      "Pulumi.prod.yaml",
      "./Pulumi.prod.yaml",
      "approvals/db/2026-11-20.yaml",
      "approvals",
      "nowhere",
    ]) {
      expect(files.read(file), file).to.equal(disk.read(file));
    }
  });

  it("stay what they were when the disk changes", () => {
    commit("fleet/prod.csv", "id\n1\n");
    writeFileSync(join(root(), "fleet/prod.csv"), "id\n2\n");
    expect(baseCommit(root(), "HEAD").files.read("fleet/prod.csv")).to.equal("id\n1\n");
  });

  it("are read from a folder inside a repository, by paths from that folder", () => {
    commit("tools/patching/Pulumi.prod.yaml", "inner");
    commit("Pulumi.prod.yaml", "outer");
    const { files } = baseCommit(join(root(), "tools/patching"), "HEAD");
    expect(files.read("Pulumi.prod.yaml")).to.equal("inner");
    expect(files.list("")).to.deep.equal([{ name: "Pulumi.prod.yaml", isFolder: false }]);
  });

  it("are those of the commit where the branch was left, not of what came on the other since", () => {
    const left = commit("a.txt", "1");
    git("switch", "--quiet", "--create", "change");
    commit("b.txt", "ours");
    git("switch", "--quiet", "main");
    commit("a.txt", "theirs");
    git("switch", "--quiet", "change");
    const { hash, files } = baseCommit(root(), "main");
    expect(hash).to.equal(left);
    expect(files.read("a.txt")).to.equal("1");
    expect(files.read("b.txt")).to.equal(undefined);
  });

  const refused = (folder: string, ref: string): string => {
    try {
      baseCommit(folder, ref);
    } catch (error) {
      if (error instanceof GitFailure) return `${error.message}; ${error.fix}`;
      throw error;
    }
    return "";
  };

  it("are refused for a name that git does not know, and for one that would be an option", () => {
    commit("a.txt", "1");
    expect(refused(root(), "nobody")).to.match(/^git knows no such commit; fetch it first .*fetch-depth: 0/);
    expect(refused(root(), "--upload-pack=x")).to.match(/^git knows no such commit/);
  });

  it("are refused in a repository that git does not trust, which is named as such", async () => {
    commit("a.txt", "1");
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    try {
      expect(refused(root(), "HEAD")).to.equal(
        "git does not trust the folder, which belongs to somebody else; give it to who runs this, or name it to " +
          "git config --global --add safe.directory",
      );
      expect(await changedPaths(root(), "HEAD"))
        .to.have.property("failure")
        .that.matches(/dubious ownership/);
    } finally {
      delete process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"];
    }
  });

  it("are refused outside a repository, and where the histories have nothing in common", () => {
    const bare = mkdtempSync(join(tmpdir(), "patchplane-no-git-"));
    expect(refused(bare, "HEAD")).to.match(/^not a git repository/);
    rmSync(bare, { recursive: true });
    commit("a.txt", "1");
    git("switch", "--quiet", "--orphan", "alone");
    commit("b.txt", "1");
    expect(refused(root(), "main")).to.match(/^shares no history with HEAD/);
  });
});

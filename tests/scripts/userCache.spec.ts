import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { userCache } from "../../engine/userCache.ts";
import { folderOfEach } from "../harness/folders.ts";

const root = join(import.meta.dirname, "..", "..");

// https://specifications.freedesktop.org/basedir-spec/latest/: "it should consider the path invalid and ignore it"
describe("the folder of caches, from which code is loaded", () => {
  const own = join(userInfo().homedir, ".cache");
  const table: Readonly<Record<string, readonly [NodeJS.ProcessEnv, string]>> = {
    "is XDG_CACHE_HOME": [{ XDG_CACHE_HOME: "/x", HOME: "/h" }, "/x"],
    "is in HOME where that is empty": [{ XDG_CACHE_HOME: "", HOME: "/h" }, "/h/.cache"],
    "is in HOME where that is relative": [{ XDG_CACHE_HOME: "x", HOME: "/h" }, "/h/.cache"],
    "is in the system's home where both are": [{ XDG_CACHE_HOME: "./x", HOME: "h" }, own],
    "is there where HOME is empty": [{ HOME: "" }, own],
  };
  for (const [name, [env, expected]] of Object.entries(table)) {
    it(name, () => {
      expect(userCache(env)).to.equal(expected);
    });
  }

  const folder = folderOfEach();

  it("is never one of the current folder, in a command or in the script for completion", () => {
    const env = { PATH: process.env["PATH"] ?? "", HOME: "", XDG_CACHE_HOME: "brought" };
    const command = [join(root, "scripts", "patchplane.ts"), "completion", "bash"];
    const run = spawnSync(process.execPath, command, { cwd: folder(), env, encoding: "utf8" });
    expect(run.status, run.stderr).to.equal(0);
    expect(run.stdout).to.contain(`NODE_COMPILE_CACHE='${own}/patchplane'`).and.not.contain("XDG_CACHE_HOME");
    expect(existsSync(join(folder(), "brought"))).to.equal(false);
  });
});

import { readFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { folderOfAll } from "../harness/folders.ts";
import { engineVersion, resolveEngine } from "../../engine/resolve.ts";

const root = join(import.meta.dirname, "..", "..");

describe("finding the engine", () => {
  const empty = folderOfAll();

  it("gives a CLI that runs, with its version", async () => {
    const engine = await resolveEngine(() => undefined);
    const run = spawnSync(engine.path, ["version"], { encoding: "utf8" });
    expect(run.stdout.trim()).to.equal(`v${engine.version}`);
  });

  it("names every way it tried when none is left, and exits with 3", () => {
    const run = spawnSync(process.execPath, [join(root, "scripts", "dev", "engine.ts")], {
      encoding: "utf8",
      // No pulumi and no go on PATH, and an empty cache.
      env: {
        PATH: empty(),
        HOME: empty(),
        XDG_CACHE_HOME: empty(),
      },
    });
    expect(run.status).to.equal(3);
    for (const way of ["on PATH", "in the project's cache", "built from source with Go"]) {
      expect(run.stderr).to.contain(`  - ${way}`);
    }
    // Pulumi's installer is a script that would be fetched and run unread.
    expect(run.stderr).to.not.contain("download");
  });

  it("pins the version that go.mod builds", async () => {
    const goModule = await readFile(join(root, "engine", "go.mod"), "utf8");
    expect(goModule).to.contain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}`);
  });
});

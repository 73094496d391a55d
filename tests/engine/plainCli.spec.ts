import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../config/file.ts";
import { resolveEngine } from "../../engine/resolve.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { ended, type Ended } from "./command.ts";

const root = join(import.meta.dirname, "..", "..");

/** The project as it is checked out: stack files as copies, because the CLI rewrites them, the rest by links. */
async function checkout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "patchplane-cli-"));
  for (const name of await readdir(root)) {
    if (name.startsWith(".")) continue;
    if (name.startsWith("Pulumi")) await writeFile(join(folder, name), await readFile(join(root, name)));
    else await symlink(join(root, name), join(folder, name));
  }
  return folder;
}

describe("the plain pulumi command on the checked-in production stack", function () {
  this.timeout(300_000);
  let folder: string;
  let cloud: Cloud;
  let pulumi: (...args: readonly string[]) => Promise<Ended>;

  before(async () => {
    folder = await checkout();
    const read = readPlane(root, "prod");
    if ("faults" in read) throw new Error("the checked-in stack has faults");
    cloud = await startCloud({
      world: worldFromPlane(read.plane, { seed: 1 }),
      now: new Date("2026-12-01T06:00:00Z"),
      seed: 1,
    });
    const engine = await resolveEngine(() => undefined);
    const path = [
      join(root, "engine", "languageHost"),
      join(root, "simulator", "plugins", "bin"),
      dirname(engine.path),
      process.env["PATH"] ?? "",
    ];
    const env = {
      ...process.env,
      PATH: path.join(delimiter),
      PULUMI_HOME: join(folder, ".home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "spec",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      AWS_ACCESS_KEY_ID: "AKIATEST",
      AWS_SECRET_ACCESS_KEY: "x",
      PATCHPLANE_SIMULATOR: cloud.url,
    };
    pulumi = (...args) => ended(engine.path, [...args, "--non-interactive"], folder, env);
    expect(await pulumi("stack", "init", "prod")).to.include({ status: 0 });
  });

  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("previews everything with nothing but Pulumi.yaml and the stack file", async () => {
    const resources = (await readFile(join(root, "tests/inventory/prod.txt"), "utf8")).trimEnd().split("\n").length;
    const preview = await pulumi("preview", "--stack", "prod");
    expect(preview.text).to.contain(`+ ${String(resources + 1)} to create`);
    expect(preview.status).to.equal(0);
  });

  it("prints faults as a plain list, without a stack trace", async () => {
    const file = join(folder, "Pulumi.prod.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("timezone: America/New_York", "timezone: America/NewYork"));
    const preview = await pulumi("preview", "--stack", "prod");
    await writeFile(file, text);
    expect(preview.status).to.not.equal(0);
    expect(preview.text).to.contain("1 fault in Pulumi.prod.yaml and its files");
    expect(preview.text).to.not.match(/^\s+at .*\.ts:\d+/m);
  });
});

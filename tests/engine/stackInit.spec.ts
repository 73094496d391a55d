import { expect } from "chai";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as prettier from "prettier";
import { resolveEngine } from "../../engine/resolve.ts";
import { newStackFile } from "../../operations/initText.ts";
import { ended } from "./command.ts";

const root = join(import.meta.dirname, "..", "..");

const made = newStackFile({
  environment: "made",
  timezone: "Europe/Berlin",
  production: true,
  locations: [
    {
      name: "made-euc1",
      accountId: "011122223333",
      region: "eu-central-1",
      roleArn: "arn:aws:iam::011122223333:role/patchplane-deploy",
      owns: true,
    },
  ],
  subscriptions: [
    {
      name: "core",
      subscriptionId: "5b0c7d1e-9d0a-4d6e-8a55-1f2e3d4c5b6a",
      location: "made-euc1",
      onboarding: "runCommand",
    },
  ],
  emails: ["ops@example.com"],
  approvals: "approvals/made",
});

describe("pulumi stack init", function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchplane-init-"));
    for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.nonprod.yaml"]) {
      await cp(join(root, name), join(folder, name));
    }
    await writeFile(join(folder, "Pulumi.made.yaml"), made);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const stack of ["prod", "nonprod", "made"]) {
    it(`adds its line to Pulumi.${stack}.yaml, and leaves everything else as the checks want it`, async () => {
      const file = join(folder, `Pulumi.${stack}.yaml`);
      const before = await readFile(file, "utf8");
      const engine = await resolveEngine(() => undefined);
      const run = await ended(engine.path, ["stack", "init", stack, "--non-interactive"], folder, {
        ...process.env,
        PULUMI_HOME: join(folder, ".home"),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "spec",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
      expect(run.status, run.text).to.equal(0);
      const after = await readFile(file, "utf8");
      expect(after.replace(/^encryptionsalt: v1:\S+\n/m, "")).to.equal(before);
      expect(after).to.not.equal(before);
      const options = await prettier.resolveConfig(join(root, `Pulumi.${stack}.yaml`));
      expect(await prettier.check(after, { ...options, filepath: file })).to.equal(true);
    });
  }
});

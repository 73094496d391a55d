import {
  DescribeMaintenanceWindowTasksCommand,
  DescribeMaintenanceWindowsCommand,
  DescribePatchBaselinesCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { expectRejections } from "../harness/rejections.ts";
import { described, engineFixture, type EngineFixture } from "./engineFixture.ts";
import type { Passing } from "./gateway.ts";
import { documentedCommand, nodeIds, pendingCreates, scriptRuns } from "./onboardedVms.ts";

const isScanTask = ({ operation, body }: Passing): boolean =>
  operation === "RegisterTaskWithMaintenanceWindow" && body.includes('"Name":"mw-scan-all-');
const isExtension = ({ method, path }: Passing, vm: string): boolean =>
  method === "PUT" && path.includes(`/${vm}/extensions/`);

/** Waits until the engine makes so many resources and no other, by the state that it writes before each. */
async function untilMaking(root: string, count: number): Promise<void> {
  const file = join(root, ".patchplane/state/.pulumi/stacks/patchplane/test.json");
  for (;;) {
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      readonly checkpoint: { readonly latest: { readonly pending_operations?: readonly unknown[] } };
    };
    if (checkpoint.latest.pending_operations?.length === count) return;
    await passed(50);
  }
}

/**
 * Kills the engine at the worst moment: the scan window's task and app-1's extension are made and the engine does not
 * know, app-2's extension is on its way and never arrives.
 */
async function killInMidUp(fixture: EngineFixture): Promise<void> {
  const { promise: killed, resolve: kill } = Promise.withResolvers<undefined>();
  const waiting = new Set<string>();
  const hold = async (what: string): Promise<never> => {
    waiting.add(what);
    if (waiting.size === 3) {
      // What else it had begun has come to its end.
      await untilMaking(fixture.root, 3);
      await fixture.killEngine();
      kill(undefined);
    }
    await killed;
    throw new Error(`the engine was killed while it waited for ${what}`);
  };
  fixture.gateway.before = (request) => (isExtension(request, "app-2") ? hold("app-2") : undefined);
  fixture.gateway.after = async (request) => {
    if (isScanTask(request)) await hold("task");
    if (isExtension(request, "app-1")) await hold("app-1");
  };
  const failure: unknown = await fixture.up().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).to.be.instanceOf(CommandError);
  expect(String(failure)).to.contain("SIGKILL");
  fixture.gateway.before = () => undefined;
  fixture.gateway.after = () => undefined;
}

/** Names of everything that SSM would let exist twice. */
async function named(client: SSMClient): Promise<readonly string[]> {
  const owned = [{ Key: "OWNER", Values: ["Self"] }];
  const { BaselineIdentities = [] } = await client.send(new DescribePatchBaselinesCommand({ Filters: owned }));
  const { WindowIdentities = [] } = await client.send(new DescribeMaintenanceWindowsCommand({}));
  const tasks = await Promise.all(
    WindowIdentities.map(({ WindowId }) => client.send(new DescribeMaintenanceWindowTasksCommand({ WindowId }))),
  );
  return [
    ...BaselineIdentities.map(({ BaselineName = "" }) => BaselineName),
    ...WindowIdentities.map(({ Name = "" }) => Name),
    ...tasks.flatMap((answer) => (answer.Tasks ?? []).map(({ Name = "" }) => Name)),
  ].toSorted();
}

/** The scan window and its task, as an operator finds them by name. */
async function scanTask(client: SSMClient): Promise<{ readonly windowId: string; readonly taskId: string }> {
  const byName = [{ Key: "Name", Values: ["patchplane-test-mw-scan-all"] }];
  const { WindowIdentities = [] } = await client.send(new DescribeMaintenanceWindowsCommand({ Filters: byName }));
  const windowId = WindowIdentities[0]?.WindowId ?? "";
  const { Tasks = [] } = await client.send(new DescribeMaintenanceWindowTasksCommand({ WindowId: windowId }));
  return { windowId, taskId: Tasks[0]?.WindowTaskId ?? "" };
}

describe("an engine that is killed in mid-up", function () {
  this.timeout(600_000);
  const fixture = engineFixture({ plane: "onboardingFixture", checkpoints: true });

  before(async () => {
    const rows = await readFile(join(fixture.root, "fleet/test.csv"), "utf8");
    await fixture.edit("fleet/test.csv", /^.*,app-[12],azure,.*\n/gm, "");
    await fixture.edit("Pulumi.test.yaml", "mw-kernel: null", "mw-kernel: null\n    mw-scan-all: null");
    await fixture.up();
    await fixture.write("fleet/test.csv", rows);
    await fixture.edit("Pulumi.test.yaml", "\n    mw-scan-all: null", "");
  });

  it("leaves in the state what it was making, and a lock that keeps the next up out", async () => {
    expectRejections(/./);
    await killInMidUp(fixture);
    expect((await pendingCreates(fixture)).map((urn) => urn.split("::").at(-1))).to.have.members([
      "use1-mw-scan-all-patch-scan",
      "apps/rg-apps/app-1-extension",
      "apps/rg-apps/app-2-extension",
    ]);
    const refused = await fixture.shell("pulumi up --stack test --yes --non-interactive");
    expect(refused.status).to.not.equal(0);
    expect(refused.text).to.contain("the stack is currently locked").and.contain("pulumi cancel");
  });

  it("is taken up by the documented commands: what exists is imported, what does not is forgotten", async () => {
    const cancel = await documentedCommand("pulumi cancel", "recovery.md");
    expect(await fixture.shell(`${cancel} --non-interactive`)).to.include({ status: 0 });
    const { windowId, taskId } = await scanTask(fixture.client);
    const importTask = (await documentedCommand("pulumi import", "recovery.md"))
      .replace("<window id>", windowId)
      .replace("<task id>", taskId);
    const clear = await documentedCommand("pulumi refresh --stack prod --clear-pending-creates", "recovery.md");
    for (const command of [importTask, await documentedCommand("pulumi import --stack prod azure-native"), clear]) {
      const run = await fixture.shell(`${command} --yes --non-interactive`);
      expect(run.status, run.text).to.equal(0);
    }
    expect(await pendingCreates(fixture)).to.deep.equal([]);
    expect(described(await fixture.up())).to.deep.equal([
      "create VirtualMachineExtension apps/rg-apps/app-2-extension",
      "update VirtualMachineExtension apps/rg-apps/app-1-extension [protectedSettings]",
    ]);
  });

  it("leaves one node per VM, nothing twice in SSM and an empty preview behind", async () => {
    expect(Object.keys(await nodeIds(fixture.client))).to.deep.equal(["app-1", "app-2", "app-3", "app-4"]);
    // The settings that app-1 had when the engine was killed came once more, and were not run.
    expect(scriptRuns(fixture)).to.have.members(["app-1", "app-2", "app-3", "app-4"].map((vm) => `${vm} registered 0`));
    const names = await named(fixture.client);
    expect(names)
      .to.deep.equal([...new Set(names)])
      .and.include("mw-scan-all-patch-scan");
    expect(described(await fixture.preview())).to.deep.equal([]);
  });
});

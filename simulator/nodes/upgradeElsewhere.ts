import type { SimulatedCloud } from "../state/cloud.ts";
import { emptyContent } from "../services/ssm/baselineRules.ts";
import type { Machine } from "../world/machine.ts";
import { installReleases, packagesOf } from "./packages.ts";
import { withDependencies } from "./plan.ts";
import { managerOf } from "./lines.ts";

/**
 * Installs the newest security release of every package, with what it needs and without a reboot, as a machine's own
 * unattended-upgrades does. Patch Manager knows nothing of it: the next scan finds the packages installed and, until
 * the machine reboots, INSTALLED_PENDING_REBOOT.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
 */
export function upgradeElsewhere(cloud: SimulatedCloud, machine: Machine, at: Date): void {
  const state = packagesOf(cloud, machine);
  const { table, installed } = state;
  const baseline = emptyContent(table.os);
  const manager = managerOf(table.os);
  const wanted = new Map<number, number>();
  for (const [index, row] of table.rows.entries()) {
    const question = { table, row, installed: installed[index] ?? 0, baseline, now: at };
    const release = manager.offered(question).find((offered) => row.release(offered).security);
    if (release !== undefined) wanted.set(index, release);
  }
  const plan = withDependencies({ state, baseline, now: at }, wanted, undefined);
  if (plan.size === 0) return;
  const packages = installReleases(state, plan, at);
  cloud.journal.add({ kind: "foreignPatching", at, machine: machine.spec.id, packages });
}

import { SendCommandCommand, type SSMClient } from "@aws-sdk/client-ssm";
import {
  DescribeMaintenanceWindowTargetsCommand,
  DescribeMaintenanceWindowTasksCommand,
  RegisterTaskWithMaintenanceWindowCommand,
} from "@aws-sdk/client-ssm";
import type { Baseline } from "../../domain/baseline.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import type { Window } from "../../domain/window.ts";
import { operatingSystems, type OperatingSystem } from "../../domain/server.ts";
import type { Acts } from "../../rehearsal/play.ts";

/** A way to patch the fleet: how it is set up, and what somebody does by hand. */
export interface Contender {
  readonly title: string;
  /** What is deployed, made from the shipped stack's plane: the same servers, locations and daily scans. */
  readonly plane: (shipped: Plane) => Plane;
  readonly acts?: Acts;
  /** Whether somebody reviews for reviewed groups; where nobody does, they are patched like the others. */
  readonly reviewed: boolean;
}

const window = "mw-peer";

/** AWS's own baselines, by the name of its documentation. */
const predefined: Readonly<Record<OperatingSystem, string>> = {
  AMAZON_LINUX_2: "AWS-AmazonLinux2DefaultPatchBaseline",
  AMAZON_LINUX_2023: "AWS-AmazonLinux2023DefaultPatchBaseline",
  DEBIAN: "AWS-DebianDefaultPatchBaseline",
  UBUNTU: "AWS-UbuntuDefaultPatchBaseline",
  WINDOWS: "AWS-WindowsPredefinedPatchBaseline-OS",
};

interface Peer {
  readonly baselines?: readonly Baseline[];
  /** None installs by itself. */
  readonly window?: Pick<Window, "durationHours" | "cutoffHours" | "maxConcurrency" | "maxErrors"> & {
    readonly expression: string;
    readonly timezone: string;
    readonly offsetDays?: number;
  };
}

/** The fleet under a peer's baselines (AWS's own where it has none) and its one window; the daily scans stay. */
function peerPlane(shipped: Plane, peer: Peer): Plane {
  const own = new Map(peer.baselines?.map((baseline) => [baseline.operatingSystem, baseline.name]));
  const baselines = Object.fromEntries(operatingSystems.map((os) => [os, own.get(os) ?? predefined[os]]));
  const groups = Object.values(shipped.groups).map((group) =>
    group.kind === "managed"
      ? { ...group, baselines, approval: "automatic" as const, reboot: "RebootIfNeeded" as const }
      : group,
  );
  const arns = (index: number, { region }: Location): Plane["locations"][string]["predefinedBaselines"] =>
    Object.fromEntries(
      Object.values(predefined).map((name, place) => {
        const id = `pb-${String(index * 10 + place + 1).padStart(17, "0")}`;
        return [name, `arn:aws:ssm:${region}:123456789012:patchbaseline/${id}`];
      }),
    );
  const locations = Object.values(shipped.locations).map((location, index) => ({
    ...location,
    registersDefaults: false,
    predefinedBaselines: arns(index, location),
  }));
  const scans = Object.values(shipped.windows).filter(({ operation }) => operation === "scan");
  return {
    ...shipped,
    locations: byName(locations),
    baselines: byName(peer.baselines ?? []),
    groups: byName(groups),
    windows: byName([...scans, ...installing(shipped, peer)]),
    approvals: {},
    nodes: { ...shipped.nodes, installOnFirstContact: [] },
  };
}

function installing(shipped: Plane, { window: of }: Peer): readonly Window[] {
  if (of === undefined) return [];
  const { expression, timezone, offsetDays, ...limits } = of;
  return [
    {
      ...limits,
      name: window,
      operation: "install",
      groups: Object.values(shipped.groups).flatMap(({ kind, name }) => (kind === "managed" ? [name] : [])),
      schedules: [{ suffix: "", expression, timezone, ...(offsetDays === undefined ? {} : { offsetDays }) }],
      timezone,
      atCutoff: "cancel",
      hooks: { before: [], after: [], mustSucceed: false },
      onDemand: false,
      locations: Object.keys(shipped.locations).sort(),
      baselineOverride: [],
    },
  ];
}

function byName<T extends { readonly name: string }>(all: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(all.map((each) => [each.name, each]));
}

/** The article's Ubuntu baseline: a PRIORITY filter of the two highest, which are Debian's and say nothing of security. */
function byPriority({ baselines }: Plane): readonly Baseline[] {
  const { "ubuntu-auto": ubuntu, "al2-auto": al2, "al2023-auto": al2023, "windows-auto": windows } = baselines;
  if (ubuntu?.operatingSystem !== "UBUNTU" || al2 === undefined || al2023 === undefined || windows === undefined)
    throw new Error("the stack has no preset baselines");
  const rules = ubuntu.rules.map((rule) => ({
    ...rule,
    filters: { ...rule.filters, PRIORITY: ["Required", "Important"] as const },
  }));
  return [{ ...ubuntu, rules }, al2, al2023, windows];
}

/** The module's own rule for Amazon Linux 2, the only system it has one for: seven days, and no severity Low. */
function moduleRule({ baselines }: Plane): readonly Baseline[] {
  const { "al2-auto": al2 } = baselines;
  if (al2?.operatingSystem !== "AMAZON_LINUX_2") throw new Error("the stack has no baseline al2-auto");
  const filters = {
    PRODUCT: ["AmazonLinux2", "AmazonLinux2.0"],
    CLASSIFICATION: ["Security", "Bugfix", "Recommended"],
    SEVERITY: ["Critical", "Important", "Medium"],
  } as const;
  const rule = { filters, approveAfterDays: 7, complianceLevel: "HIGH", enableNonSecurity: true, slaDays: 30 } as const;
  const { rejectedPatches: _kernels, ...rest } = al2;
  return [{ ...rest, rejectedPatches: [], rules: [rule] }];
}

/** Adds a hook as a task of its own, for all servers of a window, as the article does. */
async function addHookTask(client: SSMClient, windowId: string, priority: number, script: string): Promise<void> {
  const { Targets: targets = [] } = await client.send(
    new DescribeMaintenanceWindowTargetsCommand({ WindowId: windowId }),
  );
  const { Tasks: tasks = [] } = await client.send(new DescribeMaintenanceWindowTasksCommand({ WindowId: windowId }));
  await client.send(
    new RegisterTaskWithMaintenanceWindowCommand({
      WindowId: windowId,
      Targets: [{ Key: "WindowTargetIds", Values: targets.flatMap(({ WindowTargetId }) => WindowTargetId ?? []) }],
      TaskType: "RUN_COMMAND",
      TaskArn: "AWS-RunShellScript",
      ServiceRoleArn: tasks[0]?.ServiceRoleArn,
      Priority: priority,
      MaxConcurrency: "30%",
      MaxErrors: "10%",
      TaskInvocationParameters: { RunCommand: { Parameters: { commands: [script] }, TimeoutSeconds: 600 } },
    }),
  );
}

const hookTasks: Acts = {
  deployed: async ({ locations }, clientOf) => {
    for (const [name, { windowIds }] of Object.entries(locations)) {
      const id = windowIds[window];
      if (id === undefined) continue;
      // The stack's own patch task has priority 1.
      await addHookTask(clientOf(name), id, 0, "/usr/local/bin/stop-service");
      await addHookTask(clientOf(name), id, 2, "/usr/local/bin/start-service");
    }
  },
};

/** Days of the month on which somebody patches by hand, at midday UTC. */
const byHandOn = 15;

const byHand: Acts = {
  eachDay: async (now, plane, clientOf) => {
    if (now.getUTCDate() !== byHandOn) return;
    const Values = Object.values(plane.groups).flatMap(({ kind, name }) => (kind === "managed" ? [name] : []));
    for (const name of Object.keys(plane.locations)) {
      await clientOf(name).send(
        new SendCommandCommand({
          DocumentName: "AWS-RunPatchBaseline",
          Targets: [{ Key: "tag:PatchGroup", Values }],
          Parameters: { Operation: ["Install"], RebootOption: ["RebootIfNeeded"] },
          MaxConcurrency: "50",
          MaxErrors: "10%",
        }),
      );
    }
  },
};

const monthly = { durationHours: 4, cutoffHours: 2, maxConcurrency: "30%", maxErrors: "10%" } as const;

/** Ways to patch a fleet, each as it is published; docs/performance.md says where. */
export const contenders = {
  shipped: { title: "the shipped stack, reviewed after 3 days", plane: (shipped) => shipped, reviewed: true },
  article: {
    title: "how-to article: Sundays, hooks as tasks",
    plane: (shipped) =>
      peerPlane(shipped, {
        baselines: byPriority(shipped),
        window: {
          expression: "cron(0 2 ? * SUN *)",
          timezone: shipped.timezone,
          durationHours: 3,
          cutoffHours: 1,
          maxConcurrency: "30%",
          maxErrors: "10%",
        },
      }),
    acts: hookTasks,
    reviewed: false,
  },
  designPage: {
    title: "AWS design page: one window a month",
    plane: (shipped) =>
      peerPlane(shipped, {
        window: { ...monthly, expression: "cron(0 23 ? * TUE#3 *)", offsetDays: 5, timezone: shipped.timezone },
      }),
    reviewed: false,
  },
  module: {
    title: "Terraform module's defaults: Wednesdays, 20 at once",
    plane: (shipped) =>
      peerPlane(shipped, {
        baselines: moduleRule(shipped),
        window: {
          expression: "cron(0 21 ? * WED *)",
          timezone: "UTC",
          durationHours: 3,
          cutoffHours: 1,
          maxConcurrency: "20",
          maxErrors: "50",
        },
      }),
    reviewed: false,
  },
  byHand: {
    title: "by hand once a month, 50 at once",
    plane: (shipped) => peerPlane(shipped, {}),
    acts: byHand,
    reviewed: false,
  },
} satisfies Readonly<Record<string, Contender>>;

/** One of {@link contenders}. */
export type ContenderName = keyof typeof contenders;

import { usualPaces } from "../../domain/fleet/patchTime.ts";
import type { AptBaseline, WindowsBaseline, YumBaseline } from "../../domain/baseline.ts";
import type { Approval, Location, ManagedGroup, Plane, Subscription } from "../../domain/plane.ts";
import type { Window, WindowSchedule } from "../../domain/window.ts";
import type { AzureVm, Server } from "../../domain/server.ts";

const common = {
  description: "for tests",
  default: false,
  approvedPatches: [],
  approvedPatchesComplianceLevel: "UNSPECIFIED",
  rejectedPatches: [],
  rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
} as const;

export function aptBaseline(name: string, more: Partial<AptBaseline> = {}): AptBaseline {
  return {
    ...common,
    name,
    operatingSystem: "UBUNTU",
    rules: [{ filters: { PRODUCT: ["*"] }, enableNonSecurity: false, complianceLevel: "CRITICAL", slaDays: 30 }],
    approvedPatchesEnableNonSecurity: false,
    ...more,
  };
}

export function yumBaseline(name: string, more: Partial<YumBaseline> = {}): YumBaseline {
  return {
    ...common,
    name,
    operatingSystem: "AMAZON_LINUX_2",
    rules: [
      {
        filters: { PRODUCT: ["*"], CLASSIFICATION: ["Security"], SEVERITY: ["Critical", "Important"] },
        approveAfterDays: 3,
        enableNonSecurity: false,
        complianceLevel: "CRITICAL",
        slaDays: 30,
      },
    ],
    approvedPatchesEnableNonSecurity: false,
    ...more,
  };
}

export function windowsBaseline(name: string, more: Partial<WindowsBaseline> = {}): WindowsBaseline {
  return {
    ...common,
    name,
    operatingSystem: "WINDOWS",
    rules: [
      {
        filters: { PRODUCT: ["*"], CLASSIFICATION: ["SecurityUpdates"] },
        approveAfterDays: 0,
        complianceLevel: "CRITICAL",
        slaDays: 30,
      },
    ],
    availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
    ...more,
  };
}

export function schedule(expression: string, more: Partial<WindowSchedule> = {}): WindowSchedule {
  return { suffix: "", expression, timezone: "UTC", ...more };
}

export function location(name: string, more: Partial<Location> = {}): Location {
  return {
    name,
    accountId: "111111111111",
    region: "eu-central-1",
    partition: "aws",
    registersDefaults: false,
    ownsServiceSettings: false,
    instanceTier: "standard",
    predefinedBaselines: {},
    ...more,
  };
}

export function group(name: string, more: Partial<ManagedGroup> = {}): ManagedGroup {
  return {
    kind: "managed",
    name,
    baselines: { UBUNTU: "ubuntu-auto" },
    approval: "automatic",
    reboot: "RebootIfNeeded",
    criticality: "medium",
    ...more,
  };
}

export function window(name: string, more: Partial<Window> = {}): Window {
  return {
    name,
    operation: "install",
    groups: ["app"],
    schedules: [schedule("cron(0 22 ? * SUN *)")],
    timezone: "UTC",
    durationHours: 4,
    cutoffHours: 2,
    atCutoff: "cancel",
    maxConcurrency: "30%",
    maxErrors: "1",
    hooks: { before: [], after: [], mustSucceed: false },
    onDemand: false,
    locations: ["main"],
    minutesPerHost: 20,
    baselineOverride: [],
    ...more,
  };
}

export function server(line: number, more: Partial<Server> = {}): Server {
  return {
    id: `i-${String(line).padStart(17, "0")}`,
    name: `app-${String(line)}`,
    cloud: "aws",
    site: "main",
    region: "eu-central-1",
    os: "ubuntu",
    release: "22.04",
    arch: "x86_64",
    patchGroup: "app",
    environment: "prod",
    businessUnit: "gc",
    owner: "apps@example.com",
    size: 1,
    line,
    ...more,
  };
}

/** A subscription `hub`, whose VMs register in the location `main`. */
export const hub: Subscription = { name: "hub", subscriptionId: "s", location: "main", onboarding: "customScript" };

/** A VM of that subscription. */
export function vm(line: number, more: Partial<Server> = {}, azure: Partial<AzureVm> = {}): Server {
  return server(line, {
    cloud: "azure",
    site: "hub",
    azure: {
      subscriptionId: "s",
      resourceGroup: "rg",
      vmName: "vm",
      vmId: "aaaa",
      onboardingMethod: "customScript",
      onboardingScript: "v1",
      onboardingAttempt: 1,
      ...azure,
    },
    ...more,
  });
}

export function approval(patches: Approval["patches"]): Approval {
  return {
    group: "prod-sensitive",
    file: "approvals/prod-sensitive/2026-12-01.yaml",
    blob: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    scanId: "0a1b2c3d-0000-4000-8000-000000000000",
    note: "reviewed",
    expires: "2026-12-20T00:00:00Z",
    patches,
  };
}

/** `count` rows from line 2 on. */
export function servers(count: number, more: Partial<Server> = {}): readonly Server[] {
  return Array.from({ length: count }, (_, index) => server(index + 2, more));
}

/** Things by their names, as a plane holds them. */
export function byName<T extends { readonly name: string }>(...items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item.name, item]));
}

type Named = "locations" | "baselines" | "groups" | "windows";

/** What a sample plane is changed by: named things are given as lists. */
export type SampleParts = Partial<Omit<Plane, Named | "nodes">> & {
  readonly [Key in Named]?: readonly Plane[Key][string][];
} & { readonly nodes?: Partial<Plane["nodes"]> };

const scan = window("mw-scan", { operation: "scan", schedules: [schedule("cron(0 1 ? * * *)")] });

/** A plane that no check has anything to say about: three Ubuntu servers of one group, scanned and patched weekly. */
export function samplePlane({ locations, baselines, groups, windows, nodes, ...more }: SampleParts = {}): Plane {
  return {
    environment: "prod",
    timezone: "UTC",
    locations: byName(...(locations ?? [location("main")])),
    subscriptions: {},
    baselines: byName(...(baselines ?? [aptBaseline("ubuntu-auto")])),
    groups: byName(...(groups ?? [group("app")])),
    windows: byName(...(windows ?? [window("mw-install", { durationHours: 3 }), scan])),
    checks: {},
    freezes: [],
    paces: usualPaces,
    notifications: { emails: [] },
    reports: {
      logRetentionDays: 400,
      syncInventory: true,
      collectionRetentionDays: 400,
      afterWindows: true,
      reservedConcurrency: false,
    },
    nodes: {
      defaultHostManagement: false,
      scanOnFirstContact: true,
      installOnFirstContact: [],
      inventorySchedule: "rate(12 hours)",
      agentUpdateSchedule: "rate(14 days)",
      ...nodes,
    },
    fleet: servers(3),
    approvalsFolder: "approvals",
    approvals: {},
    ...more,
  };
}

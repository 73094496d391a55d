import { usualPaces } from "../../../domain/fleet/patchTime.ts";
import type * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider.js";
import type {
  AptBaseline,
  Location,
  ManagedGroup,
  Plane,
  Window,
  WindowsBaseline,
  WindowSchedule,
  YumBaseline,
} from "../../../domain/plane.ts";
import type { Server } from "../../../domain/server.ts";
import type { MockOutputs } from "../../harness/mocks.ts";

export const deployer = "arn:aws:iam::111122223333:role/deployer";

export function sampleLocation(changes: Partial<Location> = {}): Location {
  return {
    name: "main",
    accountId: "111122223333",
    region: "eu-central-1",
    partition: "aws",
    roleArn: deployer,
    registersDefaults: true,
    ownsServiceSettings: true,
    instanceTier: "standard",
    predefinedBaselines: {},
    ...changes,
  };
}

/** The sample location without a known deploying role. */
export function locationWithoutRole(): Location {
  const location: Record<string, unknown> = { ...sampleLocation() };
  delete location["roleArn"];
  return location as unknown as Location;
}

export const ubuntuAuto: AptBaseline = {
  name: "ubuntu-auto",
  description: "security updates of Ubuntu",
  operatingSystem: "UBUNTU",
  default: true,
  approvedPatches: [],
  approvedPatchesComplianceLevel: "HIGH",
  approvedPatchesEnableNonSecurity: false,
  rejectedPatches: ["linux-image-*", "linux-aws*"],
  rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
  rules: [
    {
      complianceLevel: "HIGH",
      slaDays: 30,
      enableNonSecurity: false,
      filters: { PRIORITY: ["Required", "Important", "Standard", "Optional", "Extra"], PRODUCT: ["*"] },
    },
  ],
};

export const linux2Auto: YumBaseline = {
  name: "al2-auto",
  description: "",
  operatingSystem: "AMAZON_LINUX_2",
  default: false,
  approvedPatches: ["b", "a"],
  approvedPatchesComplianceLevel: "UNSPECIFIED",
  approvedPatchesEnableNonSecurity: false,
  rejectedPatches: ["kernel*"],
  rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
  rules: [
    {
      complianceLevel: "CRITICAL",
      slaDays: 30,
      approveAfterDays: 3,
      enableNonSecurity: false,
      filters: { SEVERITY: ["Important", "Critical"], CLASSIFICATION: ["Security"], PRODUCT: ["*"] },
    },
    {
      complianceLevel: "LOW",
      slaDays: 90,
      approveUntilDate: "2026-11-01",
      enableNonSecurity: true,
      filters: { CLASSIFICATION: ["Bugfix"] },
    },
  ],
};

export const windowsAuto: WindowsBaseline = {
  name: "windows-auto",
  description: "security and critical updates",
  operatingSystem: "WINDOWS",
  default: false,
  approvedPatches: [],
  approvedPatchesComplianceLevel: "UNSPECIFIED",
  rejectedPatches: [],
  rejectedPatchesAction: "BLOCK",
  availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
  rules: [
    {
      complianceLevel: "CRITICAL",
      slaDays: 30,
      approveAfterDays: 7,
      filters: { CLASSIFICATION: ["SecurityUpdates", "CriticalUpdates"], PRODUCT: ["WindowsServer2016"] },
    },
  ],
};

/** Carried by kernel windows only. */
export const ubuntuKernel: AptBaseline = { ...ubuntuAuto, name: "ubuntu-kernel", default: false, rejectedPatches: [] };

export function sampleGroup(changes: Partial<ManagedGroup> = {}): ManagedGroup {
  return {
    kind: "managed",
    name: "prod-auto",
    baselines: { UBUNTU: "ubuntu-auto" },
    approval: "automatic",
    reboot: "RebootIfNeeded",
    criticality: "medium",
    ...changes,
  };
}

export const sensitive = sampleGroup({ name: "prod-sensitive", approval: "reviewed", reboot: "NoReboot" });

export const weekly: WindowSchedule = { suffix: "", expression: "cron(0 2 ? * SUN *)", timezone: "Europe/Berlin" };

export function sampleWindow(changes: Partial<Window> = {}): Window {
  return {
    name: "mw-install-auto",
    operation: "install",
    groups: ["prod-auto"],
    schedules: [weekly],
    timezone: "Europe/Berlin",
    durationHours: 4,
    cutoffHours: 2,
    atCutoff: "cancel",
    maxConcurrency: "30%",
    maxErrors: "10%",
    hooks: { before: [], after: [], mustSucceed: false },
    onDemand: false,
    locations: ["main"],
    minutesPerHost: 15,
    baselineOverride: [],
    ...changes,
  };
}

export function sampleServer(changes: Partial<Server> = {}): Server {
  return {
    id: "i-0123456789abcdef0",
    name: "web-1",
    cloud: "aws",
    site: "main",
    region: "eu-central-1",
    os: "ubuntu",
    release: "22.04",
    arch: "x86_64",
    patchGroup: "prod-auto",
    environment: "prod",
    businessUnit: "hrp",
    owner: "team@example.com",
    size: 1,
    line: 2,
    ...changes,
  };
}

function byName<T extends { readonly name: string }>(...items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item.name, item]));
}

export function samplePlane(changes: Partial<Plane> = {}): Plane {
  return {
    environment: "prod",
    timezone: "Europe/Berlin",
    locations: byName(sampleLocation()),
    subscriptions: {},
    baselines: byName<Plane["baselines"][string]>(ubuntuAuto, linux2Auto, windowsAuto, ubuntuKernel),
    groups: byName<Plane["groups"][string]>(sampleGroup(), sensitive),
    windows: byName(sampleWindow()),
    checks: {},
    freezes: [],
    paces: usualPaces,
    notifications: { emails: ["patching@example.com"] },
    reports: { logRetentionDays: 90, syncInventory: true },
    nodes: {
      defaultHostManagement: false,
      scanOnFirstContact: true,
      installOnFirstContact: [],
      inventorySchedule: "rate(12 hours)",
      agentUpdateSchedule: "rate(7 days)",
    },
    fleet: [],
    approvals: {},
    ...changes,
  };
}

export { byName };

/** Outputs that AWS computes and components read. */
export const awsOutputs: MockOutputs = (args) => {
  switch (args.type) {
    case "aws:kms/key:Key":
      return { keyId: `${args.name}-key-id`, arn: "arn:aws:kms:eu-central-1:111122223333:key/0123" };
    case "aws:sqs/queue:Queue":
      return { url: `https://sqs.eu-central-1.amazonaws.com/111122223333/${args.name}` };
    default:
      return {};
  }
};

/** A component's options as the program gives them: an explicit provider, which every child must inherit. */
export function withProvider(): pulumi.ComponentResourceOptions {
  const aws = new Provider("main", { region: "eu-central-1" });
  return { providers: { aws } };
}

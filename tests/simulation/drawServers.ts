import { newestScript } from "../../domain/fleet/onboardingScripts.ts";
import {
  operatingSystemOf,
  releasesByOs,
  type OperatingSystem,
  type OsName,
  type Server,
} from "../../domain/server.ts";
import type { DrawnGroup, DrawnPolicy, Settings } from "./drawPolicy.ts";
import type { Draws } from "./draws.ts";

const releases = (Object.keys(releasesByOs) as readonly OsName[]).flatMap((os) =>
  releasesByOs[os].map((release) => ({ os, release })),
);
const digits = "0123456789abcdef";

function hex(draws: Draws, what: string, length: number): string {
  return Array.from({ length }, (_, index) => digits[draws.whole(`${what} ${String(index)}`, 0, 15)]).join("");
}

function guid(draws: Draws): string {
  const parts = [8, 4, 3, 3, 12].map((length) => hex(draws, `guid ${String(length)}`, length));
  const [a = "", b = "", c = "", d = "", e = ""] = parts;
  return `${a}-${b}-4${c}-a${d}-${e}`;
}

function section(policy: DrawnPolicy, name: string): Readonly<Record<string, Settings>> {
  return policy.settings[name] as Readonly<Record<string, Settings>>;
}

function azureServer(
  draws: Draws,
  policy: DrawnPolicy,
  base: Omit<Server, "id" | "cloud" | "site" | "region">,
): Server {
  const site = draws.pick("subscription", policy.subscriptions);
  const settings = section(policy, "subscriptions")[site] ?? {};
  const subscriptionId = String(settings["subscriptionId"]);
  const resourceGroup = draws.pick("resource group", ["rg-apps", "rg-data"]);
  return {
    ...base,
    id: `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/microsoft.compute/virtualmachines/${base.name}`,
    cloud: "azure",
    site,
    region: draws.pick("azure region", ["eastus2", "westeurope"]),
    azure: {
      subscriptionId,
      resourceGroup,
      vmName: base.name,
      vmId: guid(draws),
      onboardingMethod: settings["onboarding"] === "runCommand" ? "runCommand" : "customScript",
      onboardingScript: newestScript,
      onboardingAttempt: 1,
    },
  };
}

function ec2Server(draws: Draws, policy: DrawnPolicy, base: Omit<Server, "id" | "cloud" | "site" | "region">): Server {
  const site = draws.pick("location", policy.locations);
  const scaled = draws.chance("auto scaling", 0.06);
  return {
    ...base,
    id: scaled ? `asg:${base.name}` : `i-${hex(draws, "instance", 17)}`,
    cloud: "aws",
    site,
    region: String(section(policy, "locations")[site]?.["region"]),
    size: scaled ? draws.whole("size", 1, 4) : 1,
  };
}

function systemOf(draws: Draws, group: DrawnGroup | undefined): { readonly os: OsName; readonly release: string } {
  const linux: readonly OperatingSystem[] = ["UBUNTU", "AMAZON_LINUX_2", "AMAZON_LINUX_2023", "DEBIAN"];
  // Now and then a server's group has no baseline for it. Never on Windows: of that the check windows-reboot warns.
  const stray = draws.chance("stray", 0.02);
  const wanted = draws.pick("system", group === undefined || stray ? linux : group.systems);
  return draws.pick(
    "release",
    releases.filter((each) => operatingSystemOf(each) === wanted),
  );
}

function drawServer(draws: Draws, policy: DrawnPolicy, index: number): Server {
  const elsewhere = draws.chance("elsewhere", 0.03);
  const group = elsewhere ? undefined : draws.pick("group", policy.groups);
  const system = systemOf(draws, group);
  const base = {
    ...system,
    name: `server-${String(index + 1).padStart(3, "0")}`,
    arch: system.os !== "windows-server" && draws.chance("arm", 0.2) ? "arm64" : "x86_64",
    patchGroup: group?.name ?? "elsewhere",
    environment: "test",
    businessUnit: "",
    owner: "",
    size: 1,
    line: index + 2,
  } as const;
  const azure = policy.subscriptions.length > 0 && system.os !== "amazon-linux" && draws.chance("azure", 0.4);
  return azure ? azureServer(draws, policy, base) : ec2Server(draws, policy, base);
}

/** A fleet of so many rows, spread over the policy's groups and sites. */
export function drawServers(draws: Draws, policy: DrawnPolicy, count: number): readonly Server[] {
  return Array.from({ length: count }, (_, index) =>
    drawServer(draws.within(`server ${String(index)}`), policy, index),
  );
}

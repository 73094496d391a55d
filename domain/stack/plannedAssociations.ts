import type { ManagedGroup, NodeSettings } from "../plane.ts";

/** What the associations of a location follow from. */
export interface AssociationPlan {
  /** The managed groups that have servers or windows in the location. */
  readonly groups: readonly ManagedGroup[];
  readonly nodes: NodeSettings;
}

/** One association, before it has a place for its logs. */
export interface PlannedAssociation {
  /** Its name without the stack's prefix. */
  readonly key: string;
  readonly document: "AWS-RunPatchBaseline" | "AWS-GatherSoftwareInventory" | "AWS-UpdateSSMAgent";
  readonly parameters: Readonly<Record<string, string>>;
  /** Values of the nodes' `PatchGroup` tag. */
  readonly groups: readonly string[];
  readonly schedule?: string;
  readonly rate: string;
}

const inventoryParameters = {
  applications: "Enabled",
  awsComponents: "Enabled",
  customInventory: "Enabled",
  instanceDetailedInformation: "Enabled",
  networkConfig: "Enabled",
  windowsUpdates: "Enabled",
};

/** The groups whose nodes install when they are first seen. */
export function installsOf({ nodes, groups }: AssociationPlan): readonly ManagedGroup[] {
  return groups.filter((group) => nodes.installOnFirstContact.includes(group.name));
}

/** The associations of a location; one that would have no group is not made. */
export function plannedAssociations(args: AssociationPlan): readonly PlannedAssociation[] {
  const { nodes } = args;
  const all = args.groups.map((group) => group.name).sort();
  const installs = installsOf(args);
  const installed = installs.map((group) => group.name);
  const scanned = all.filter((name) => !installed.includes(name));
  const scan: PlannedAssociation = {
    key: "scan-on-first-contact",
    document: "AWS-RunPatchBaseline",
    parameters: { Operation: "Scan", RebootOption: "NoReboot" },
    groups: scanned,
    // A node above the limit waits for the next interval, and without a schedule there is none.
    rate: "100%",
  };
  const planned: readonly PlannedAssociation[] = [
    ...(nodes.scanOnFirstContact ? [scan] : []),
    ...installs.map((group): PlannedAssociation => ({
      key: `install-on-first-contact-${group.name}`,
      document: "AWS-RunPatchBaseline",
      parameters: { Operation: "Install", RebootOption: group.reboot },
      groups: [group.name],
      rate: "10%",
    })),
    {
      key: "inventory",
      document: "AWS-GatherSoftwareInventory",
      parameters: inventoryParameters,
      groups: all,
      schedule: nodes.inventorySchedule,
      rate: "100%",
    },
    {
      key: "agent-update",
      document: "AWS-UpdateSSMAgent",
      parameters: { allowDowngrade: "false" },
      groups: all,
      schedule: nodes.agentUpdateSchedule,
      rate: "10%",
    },
  ];
  return planned.filter((association) => association.groups.length > 0);
}

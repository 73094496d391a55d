import { SSM } from "@aws-sdk/client-ssm";
import { account, region } from "./scenarioInputs.ts";

/** Ids of the deployed resources by name, as the stack's state has them. */
export type Ids = ReadonlyMap<string, string>;

/** Somebody else with access to the account. */
export interface Operator {
  /** Changes one property of a resource of every type that has one to change. */
  change(ids: Ids): Promise<void>;
  /** Deletes a resource of every type. */
  delete(ids: Ids): Promise<void>;
  /** What the account still holds that somebody made, sorted; empty after a destroy. */
  leftovers(): Promise<readonly string[]>;
  close(): void;
}

async function change(ssm: SSM, id: (name: string) => string): Promise<void> {
  const window = { WindowId: id("window-bare") };
  await ssm.updatePatchBaseline({ BaselineId: id("baseline-full"), Name: "by-hand" });
  await ssm.updatePatchBaseline({ BaselineId: id("baseline-ubuntu"), RejectedPatches: ["by-hand*"] });
  await ssm.updatePatchBaseline({ BaselineId: id("baseline-windows"), ApprovalRules: { PatchRules: [] } });
  await ssm.updateMaintenanceWindow({ ...window, Schedule: "rate(3 days)" });
  await ssm.updateMaintenanceWindow({ WindowId: id("window-full"), Enabled: true, Description: "by hand" });
  const target = { WindowId: id("window-full"), WindowTargetId: id("target-ids") };
  await ssm.updateMaintenanceWindowTarget({ ...target, OwnerInformation: "by hand" });
  const task = { WindowId: id("window-full"), WindowTaskId: id("task-full") };
  await ssm.updateMaintenanceWindowTask({ ...task, MaxConcurrency: "7", CutoffBehavior: "CONTINUE_TASK" });
  await ssm.updateAssociation({
    AssociationId: id("association-full"),
    Parameters: { Operation: ["Scan"] },
    ScheduleExpression: "rate(1 day)",
    Targets: [{ Key: "InstanceIds", Values: ["*"] }],
  });
  await ssm.updateDocument({
    Name: id("document-json"),
    DocumentVersion: "$LATEST",
    Content: JSON.stringify({
      schemaVersion: "2.2",
      mainSteps: [{ action: "aws:runShellScript", name: "byHand", inputs: { runCommand: ["true"] } }],
    }),
  });
  await ssm.updateServiceSetting({ SettingId: id("setting-role"), SettingValue: "service-role/by-hand" });
  await ssm.registerDefaultPatchBaseline({ BaselineId: id("baseline-ubuntu-2") });
  await ssm.addTagsToResource({
    ResourceType: "MaintenanceWindow",
    ResourceId: id("window-bare"),
    Tags: [{ Key: "by", Value: "hand" }],
  });
  await ssm.removeTagsFromResource({
    ResourceType: "PatchBaseline",
    ResourceId: id("baseline-full"),
    TagKeys: ["Owner"],
  });
}

async function remove(ssm: SSM, id: (name: string) => string): Promise<void> {
  const WindowId = id("window-full");
  await ssm.deregisterTaskFromMaintenanceWindow({ WindowId, WindowTaskId: id("task-bare") });
  await ssm.deregisterTargetFromMaintenanceWindow({ WindowId, WindowTargetId: id("target-ids") });
  await ssm.deleteMaintenanceWindow({ WindowId: id("window-bare") });
  const [PatchGroup = "", BaselineId = ""] = id("group-prod").split(",");
  await ssm.deregisterPatchBaselineForPatchGroup({ PatchGroup, BaselineId });
  await ssm.deletePatchBaseline({ BaselineId: id("baseline-full") });
  await ssm.deleteActivation({ ActivationId: id("activation-bare") });
  await ssm.deleteAssociation({ AssociationId: id("association-bare") });
  await ssm.deleteDocument({ Name: id("document-yaml") });
  await ssm.deleteResourceDataSync({ SyncName: id("sync-bare") });
  await ssm.resetServiceSetting({ SettingId: id("setting-role") });
}

async function settingsLeft(ssm: SSM): Promise<readonly string[]> {
  const names = ["default-ec2-instance-management-role", "activation-tier"];
  const answers = await Promise.all(
    names.map((name) => ssm.getServiceSetting({ SettingId: `/ssm/managed-instance/${name}` })),
  );
  return answers.flatMap(({ ServiceSetting }) =>
    ServiceSetting?.Status === "Default" ? [] : [`setting ${ServiceSetting?.SettingId ?? ""}`],
  );
}

async function leftovers(ssm: SSM): Promise<readonly string[]> {
  const own = await ssm.describePatchBaselines({ Filters: [{ Key: "OWNER", Values: ["Self"] }] });
  const documents = await ssm.listDocuments({ Filters: [{ Key: "Owner", Values: ["Self"] }] });
  const defaults = await Promise.all(
    (["UBUNTU", "WINDOWS"] as const).map((OperatingSystem) => ssm.getDefaultPatchBaseline({ OperatingSystem })),
  );
  return [
    ...(own.BaselineIdentities ?? []).map(({ BaselineName }) => `baseline ${BaselineName ?? ""}`),
    ...((await ssm.describePatchGroups({})).Mappings ?? []).map(({ PatchGroup }) => `group ${PatchGroup ?? ""}`),
    ...((await ssm.describeMaintenanceWindows({})).WindowIdentities ?? []).map(({ Name }) => `window ${Name ?? ""}`),
    ...((await ssm.describeActivations({})).ActivationList ?? []).map(
      ({ DefaultInstanceName }) => `activation ${DefaultInstanceName ?? ""}`,
    ),
    ...((await ssm.listAssociations({})).Associations ?? []).map(({ Name }) => `association ${Name ?? ""}`),
    ...(documents.DocumentIdentifiers ?? []).map(({ Name }) => `document ${Name ?? ""}`),
    ...((await ssm.listResourceDataSync({})).ResourceDataSyncItems ?? []).map(
      ({ SyncName }) => `sync ${SyncName ?? ""}`,
    ),
    ...defaults.flatMap(({ BaselineId = "", OperatingSystem = "" }) =>
      BaselineId.startsWith("arn:") ? [] : [`default of ${OperatingSystem}`],
    ),
    ...(await settingsLeft(ssm)),
  ].sort();
}

/** Opens the operator's client on an embedded cloud. */
export function operatorOf(endpoint: string): Operator {
  const credentials = { accessKeyId: "operator", secretAccessKey: "operator" };
  const ssm = new SSM({ endpoint, region, credentials, maxAttempts: 1 });
  const lookUp =
    (ids: Ids) =>
    (name: string): string => {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`${name} is not in the state of account ${account}`);
      return id;
    };
  return {
    change: (ids) => change(ssm, lookUp(ids)),
    delete: (ids) => remove(ssm, lookUp(ids)),
    leftovers: () => leftovers(ssm),
    close: () => {
      ssm.destroy();
    },
  };
}

import type { RegionState } from "../../state/region.ts";
import { ssmArn } from "../ssm/region.ts";
import type { Need } from "./authorize.ts";
import type { AtHand, Named } from "./reference.ts";

/** A checked request, as far as it says what it is about. */
interface Asked {
  readonly AssociationId?: string;
  readonly AssociationIds?: readonly string[];
  readonly BaselineId?: string;
  readonly DocumentName?: string;
  readonly IamRole?: string;
  readonly InstanceId?: string;
  readonly InstanceIds?: readonly string[];
  readonly Name?: string;
  readonly OutputS3BucketName?: string;
  readonly ResourceId?: string;
  readonly ResourceType?: string;
  readonly ServiceRoleArn?: string;
  readonly SettingId?: string;
  readonly SettingValue?: string;
  readonly SyncName?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Targets?: readonly unknown[];
  readonly TaskInvocationParameters?: { readonly RunCommand?: { readonly ServiceRoleArn?: string } };
  readonly WindowId?: string;
  readonly WindowExecutionId?: string;
  readonly WindowTargetId?: string;
  readonly WindowTaskId?: string;
}

/** What SSM's tagging calls call a resource, and what IAM does. */
const taggable: Readonly<Record<string, string>> = {
  Association: "association",
  Document: "document",
  MaintenanceWindow: "maintenancewindow",
  ManagedInstance: "managed-instance",
  PatchBaseline: "patchbaseline",
};

function arn(state: RegionState, type: string, id: string): string {
  if (id.startsWith("arn:")) return id;
  const slash = id.startsWith("/") ? "" : "/";
  return ssmArn(state, `${type}${slash}${id}`);
}

function documentArn(state: RegionState, name: string): string {
  return /^(AWS|Amazon)-/.test(name)
    ? `arn:${state.partition}:ssm:${state.region}::document/${name}`
    : arn(state, "document", name);
}

/** Something that is there, with its tags. */
function existing(state: RegionState, kind: string, id: string): AtHand {
  const at = kind === "Document" ? documentArn(state, id) : arn(state, taggable[kind] ?? kind, id);
  const tags = kind === "ManagedInstance" ? state.nodes.get(id)?.tags : state.tags.get(`${kind}/${id}`);
  return tags === undefined ? { arn: at } : { arn: at, tags };
}

function node(state: RegionState, id: string): AtHand {
  const tags = state.nodes.get(id)?.tags;
  const at = id.startsWith("mi-")
    ? arn(state, "managed-instance", id)
    : `arn:${state.partition}:ec2:${state.region}:${state.accountId}:instance/${id}`;
  return tags === undefined ? { arn: at } : { arn: at, tags };
}

/** Nodes that a request names, or all of them where it names them by what they have in common. */
function nodes(state: RegionState, { InstanceId, InstanceIds = [], Targets }: Asked): Named["resources"] {
  const ids = [...InstanceIds, ...(InstanceId === undefined ? [] : [InstanceId])];
  const all = ids.length > 0 ? ids : (Targets ?? []).length > 0 ? ["i-*", "mi-*"] : [];
  return {
    "ssm:instance": all.filter((id) => !id.startsWith("mi-")).map((id) => node(state, id)),
    "ssm:managed-instance": all.filter((id) => id.startsWith("mi-")).map((id) => node(state, id)),
  };
}

/** Resource types of which a request makes a new one, by operation: its id is not known yet. */
const made: Readonly<Record<string, string>> = {
  CreateAssociation: "association",
  CreateMaintenanceWindow: "maintenancewindow",
  CreatePatchBaseline: "patchbaseline",
};

/** Operations on the document `Name`, besides those of associations. */
const ofDocuments = /Document|Association$/;

function roleArn(state: RegionState, role: string): string {
  return role.startsWith("arn:") ? role : `arn:${state.partition}:iam::${state.accountId}:role/${role}`;
}

function resources(state: RegionState, operation: string, asked: Asked): Named["resources"] {
  const found: Record<string, AtHand | readonly AtHand[]> = { ...nodes(state, asked) };
  const put = (type: string, id: string | undefined, value: (id: string) => AtHand): void => {
    if (id !== undefined) found[`ssm:${type}`] = value(id);
  };
  const fresh = made[operation];
  put(fresh ?? "", fresh, (type) => ({ arn: arn(state, type, "*") }));
  put("association", asked.AssociationId, (id) => existing(state, "Association", id));
  if (asked.AssociationIds !== undefined)
    found["ssm:association"] = asked.AssociationIds.map((id) => existing(state, "Association", id));
  put("maintenancewindow", asked.WindowId, (id) => existing(state, "MaintenanceWindow", id));
  // The request names the run alone; IAM asks about its window.
  if (operation === "CancelMaintenanceWindowExecution")
    put("maintenancewindow", state.windowExecutions.get(asked.WindowExecutionId ?? "")?.windowId ?? "*", (id) =>
      existing(state, "MaintenanceWindow", id),
    );
  put("windowtarget", asked.WindowTargetId, (id) => ({ arn: arn(state, "windowtarget", id) }));
  put("windowtask", asked.WindowTaskId, (id) => ({ arn: arn(state, "windowtask", id) }));
  put("patchbaseline", asked.BaselineId, (id) => existing(state, "PatchBaseline", id));
  put("servicesetting", asked.SettingId, (id) => ({ arn: arn(state, "servicesetting", id) }));
  put("resourcedatasync", asked.SyncName, (id) => ({ arn: arn(state, "resource-data-sync", id) }));
  put("bucket", asked.OutputS3BucketName, (id) => ({ arn: `arn:${state.partition}:s3:::${id}` }));
  const document = asked.DocumentName ?? (ofDocuments.test(operation) ? asked.Name : undefined);
  put("document", document, (id) => existing(state, "Document", id));
  if (operation === "GetDefaultPatchBaseline")
    put("patchbaseline", "*", (id) => ({ arn: arn(state, "patchbaseline", id) }));
  // An activation's tags are for the nodes that will register with it; AWS asks for its role as well.
  if (operation === "CreateActivation") {
    found["ssm:managed-instance"] = [node(state, "mi-*"), { arn: roleArn(state, asked.IamRole ?? "") }];
  }
  const kind = asked.ResourceType ?? "";
  if (taggable[kind] !== undefined) put(taggable[kind], asked.ResourceId, (id) => existing(state, kind, id));
  return found;
}

/** Roles that a request hands to Systems Manager. */
function passed(asked: Asked): readonly string[] {
  const defaultHost = asked.SettingId?.endsWith("/default-ec2-instance-management-role") === true;
  return [
    asked.IamRole,
    asked.ServiceRoleArn,
    asked.TaskInvocationParameters?.RunCommand?.ServiceRoleArn,
    defaultHost ? asked.SettingValue : undefined,
  ].filter((each) => each !== undefined);
}

/**
 * What IAM is asked when SSM is called: the operation's own action on what the request names, and `iam:PassRole` on every
 * role that it hands on.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function ssmNeeds(state: RegionState, operation: string, request: object): readonly Need[] {
  const asked: Asked = request;
  const requestTags = Object.fromEntries((asked.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const named = { resources: resources(state, operation, asked), requestTags };
  const roles = passed(asked).map((role) => ({
    action: "iam:PassRole",
    named: {
      resources: { "iam:role": { arn: roleArn(state, role) } },
      keys: { "iam:PassedToService": "ssm.amazonaws.com" },
    },
  }));
  return [{ action: `ssm:${operation}`, named }, ...roles];
}

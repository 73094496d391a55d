import { readFileSync } from "node:fs";

/** Constraints of one shape of the SSM API model. */
export type Shape =
  | {
      readonly type: "structure";
      readonly members: Readonly<Record<string, string>>;
      readonly required?: readonly string[];
    }
  | { readonly type: "list"; readonly member: string; readonly min?: number; readonly max?: number }
  | {
      readonly type: "map";
      readonly key: string;
      readonly value: string;
      readonly min?: number;
      readonly max?: number;
    }
  | {
      readonly type: "string";
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: string;
      readonly enum?: readonly string[];
    }
  | { readonly type: "integer" | "long"; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean" | "timestamp" | "blob" };

/** One operation: its input shape, its output shape if it answers anything, and the errors it declares. */
export type OperationEntry = readonly [input: string, output: string | null, errors: readonly string[]];

/** Operations by name, and every shape they reach. */
export interface ModelTable {
  readonly operations: Readonly<Record<string, OperationEntry>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/**
 * Operations that the SSM Agent calls and the public API model leaves out. Shapes as in the SDK that the agent's
 * own source carries (github.com/aws/amazon-ssm-agent, extra/aws-sdk-go/service/ssm/api.go).
 */
const agentTable: ModelTable = {
  operations: {
    ListInstanceAssociations: [
      "ListInstanceAssociationsRequest",
      "ListInstanceAssociationsResult",
      ["InvalidInstanceId", "InvalidNextToken"],
    ],
    RegisterManagedInstance: [
      "RegisterManagedInstanceRequest",
      "RegisterManagedInstanceResult",
      ["InvalidActivation", "InvalidActivationId"],
    ],
    RequestManagedInstanceRoleToken: [
      "RequestManagedInstanceRoleTokenRequest",
      "RequestManagedInstanceRoleTokenResult",
      ["InvalidInstanceId"],
    ],
    UpdateInstanceAssociationStatus: [
      "UpdateInstanceAssociationStatusRequest",
      "UpdateInstanceAssociationStatusResult",
      ["InvalidInstanceId", "AssociationDoesNotExist", "InvalidAssociationVersion"],
    ],
    UpdateInstanceInformation: ["UpdateInstanceInformationRequest", null, ["InvalidInstanceId"]],
  },
  shapes: {
    ListInstanceAssociationsRequest: {
      type: "structure",
      members: { InstanceId: "AgentInstanceId", MaxResults: "AgentPageSize", NextToken: "NextToken" },
      required: ["InstanceId"],
    },
    ListInstanceAssociationsResult: {
      type: "structure",
      members: { Associations: "InstanceAssociationSummaryList", NextToken: "NextToken" },
    },
    InstanceAssociationSummaryList: { type: "list", member: "InstanceAssociationSummary" },
    InstanceAssociationSummary: {
      type: "structure",
      members: {
        AssociationId: "AgentOptionalText",
        AssociationVersion: "AgentOptionalText",
        Checksum: "AgentOptionalText",
        DetailedStatus: "AgentOptionalText",
        DocumentVersion: "AgentOptionalText",
        InstanceId: "AgentInstanceId",
        LastExecutionDate: "DateTime",
        Name: "AgentOptionalText",
        OutputLocation: "InstanceAssociationOutputLocation",
        Parameters: "Parameters",
        ScheduleExpression: "AgentText",
        Status: "AgentOptionalText",
        Targets: "Targets",
      },
    },
    UpdateInstanceAssociationStatusRequest: {
      type: "structure",
      members: {
        AssociationId: "AgentOptionalText",
        AssociationVersion: "AgentOptionalText",
        ExecutionResult: "InstanceAssociationExecutionResult",
        InstanceId: "AgentInstanceId",
      },
      required: ["AssociationId", "ExecutionResult", "InstanceId"],
    },
    UpdateInstanceAssociationStatusResult: { type: "structure", members: {} },
    InstanceAssociationExecutionResult: {
      type: "structure",
      members: {
        ErrorCode: "AgentOptionalText",
        ExecutionDate: "DateTime",
        ExecutionSummary: "AgentText",
        OutputUrl: "AgentOutputUrl",
        Status: "AgentOptionalText",
      },
      required: ["ExecutionDate", "ExecutionSummary", "Status"],
    },
    AgentOutputUrl: { type: "structure", members: { S3OutputUrl: "AgentS3OutputUrl" } },
    AgentS3OutputUrl: { type: "structure", members: { OutputUrl: "AgentOptionalText" } },
    AgentPageSize: { type: "integer", min: 1 },
    RegisterManagedInstanceRequest: {
      type: "structure",
      members: {
        ActivationCode: "AgentActivationCode",
        ActivationId: "AgentActivationId",
        Fingerprint: "AgentText",
        IamRole: "AgentText",
        PublicKey: "AgentPublicKey",
        PublicKeyType: "AgentPublicKeyType",
        Tags: "TagList",
      },
      required: ["Fingerprint", "PublicKey"],
    },
    RegisterManagedInstanceResult: { type: "structure", members: { InstanceId: "AgentInstanceId" } },
    RequestManagedInstanceRoleTokenRequest: {
      type: "structure",
      members: { Fingerprint: "AgentText" },
      required: ["Fingerprint"],
    },
    RequestManagedInstanceRoleTokenResult: {
      type: "structure",
      members: {
        AccessKeyId: "AgentText",
        SecretAccessKey: "AgentText",
        SessionToken: "AgentText",
        TokenExpirationDate: "DateTime",
        UpdateKeyPair: "AgentFlag",
      },
    },
    UpdateInstanceInformationRequest: {
      type: "structure",
      members: {
        AgentName: "AgentText",
        AgentStatus: "AgentText",
        AgentVersion: "AgentVersionText",
        AvailabilityZone: "AgentOptionalText",
        AvailabilityZoneId: "AgentOptionalText",
        ComputerName: "AgentText",
        IPAddress: "AgentText",
        InstanceId: "AgentInstanceId",
        PlatformName: "AgentOptionalText",
        PlatformType: "PlatformType",
        PlatformVersion: "AgentOptionalText",
        SSMConnectionChannel: "AgentOptionalText",
      },
      required: ["InstanceId"],
    },
    AgentActivationCode: { type: "string", min: 20 },
    AgentActivationId: { type: "string", min: 36 },
    AgentFlag: { type: "boolean" },
    AgentInstanceId: { type: "string", min: 10 },
    AgentOptionalText: { type: "string" },
    AgentPublicKey: { type: "string", min: 392 },
    AgentPublicKeyType: { type: "string", enum: ["Rsa"] },
    AgentText: { type: "string", min: 1 },
    AgentVersionText: { type: "string", min: 5 },
  },
};

/** The table generated from the public API model (see `generate.ts`), and the agent's own operations. */
export function readModelTable(): ModelTable {
  const table = JSON.parse(readFileSync(new URL("table.json", import.meta.url), "utf8")) as ModelTable;
  return {
    operations: { ...table.operations, ...agentTable.operations },
    shapes: { ...table.shapes, ...agentTable.shapes },
  };
}

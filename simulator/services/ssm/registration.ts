import type { DeregisterManagedInstanceRequest, PlatformType, Tag } from "@aws-sdk/client-ssm";
import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { temporaryKeyId } from "../../http/credentials.ts";
import type { ActivationRecord, RegionState } from "../../state/region.ts";
import type { Call, AgentOperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { addNode, newNode, nodeOf, removeNode } from "./nodes.ts";
import type { ManagedNode } from "../../state/nodes.ts";

interface RegisterRequest {
  readonly ActivationCode?: string;
  readonly ActivationId?: string;
  readonly Fingerprint: string;
  readonly PublicKey: string;
  readonly Tags?: Checked<Tag[]>;
}

interface InformationRequest {
  readonly InstanceId: string;
  readonly AgentVersion?: string;
  readonly ComputerName?: string;
  readonly IPAddress?: string;
  readonly PlatformName?: string;
  readonly PlatformType?: PlatformType;
  readonly PlatformVersion?: string;
}

const hour = 3_600_000;
const serialDigits = 8;

/** An account's Region that holds an activation, and the activation. */
interface Found {
  readonly state: RegionState;
  readonly activation: ActivationRecord;
}

function usableActivation(cloud: SimulatedCloud, id: string | undefined, code: string | undefined): Found {
  const state = cloud.regions().find((region) => region.activations.has(id ?? ""));
  const activation = state?.activations.get(id ?? "");
  if (state === undefined || activation === undefined || activation.code !== code)
    throw new ApiError("InvalidActivation", "");
  if (activation.expiresAt <= cloud.clock.now()) throw new ApiError("ActivationExpired", "");
  if (activation.registrations >= activation.registrationLimit) throw new ApiError("RegistrationLimitExceeded", "");
  return { state, activation };
}

function signingNode(call: Call): ManagedNode {
  const id = call.accessKeyId ?? "";
  const node = call.cloud.regions().flatMap((region) => region.nodes.get(id) ?? [])[0];
  if (node === undefined) throw new ApiError("InvalidInstanceId", `Not existing InstanceId ${id}`);
  return node;
}

/**
 * What the SSM Agent itself calls; none of it is in the public API reference. Names and members are those of the
 * agent's own source, https://github.com/aws/amazon-ssm-agent.
 */
export const registrationOperations = {
  /**
   * The activation's tags are copied now and never again, its name becomes the node's, one of its registrations is used
   * up. Errors: `InvalidActivation` (unknown, deleted, or another code), `ActivationExpired`, and, when it is used up,
   * `RegistrationLimitExceeded` (UNCONFIRMED: AWS publishes no name for that one).
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html
   */
  RegisterManagedInstance: ({ cloud }: Call, request: RegisterRequest) => {
    const { state, activation } = usableActivation(cloud, request.ActivationId, request.ActivationCode);
    activation.registrations += 1;
    const node = newNode({
      id: `mi-${cloud.hexId(state, `node of ${activation.id}`, 17)}`,
      kind: "ManagedInstance",
      tags: new Map(activation.tags),
      registeredAt: cloud.clock.now(),
      activationId: activation.id,
      iamRole: activation.iamRole,
      name: activation.defaultInstanceName,
      platform: { type: "Linux", name: undefined, version: undefined },
    });
    addNode(state, node);
    return { InstanceId: node.id };
  },
  /** Signed with the agent's own key, whose id is the node's. Credentials expire by the wall clock, as the agent reads it. */
  RequestManagedInstanceRoleToken: (call: Call) => {
    const node = signingNode(call);
    const state = call.cloud.regions().find((region) => region.nodes.get(node.id) === node) ?? call.region;
    return {
      AccessKeyId: temporaryKeyId(state.accountId, Number.parseInt(node.id.slice(-serialDigits), 16)),
      SecretAccessKey: call.cloud.token(state, "secret", 40),
      SessionToken: call.cloud.token(state, "session", 60),
      TokenExpirationDate: new Date(Date.now() + hour),
      UpdateKeyPair: false,
    };
  },
  UpdateInstanceInformation: (call: Call, request: InformationRequest) => {
    const node = call.region.nodes.get(request.InstanceId);
    if (node === undefined) throw new ApiError("InvalidInstanceId", `Not existing InstanceId ${request.InstanceId}`);
    node.lastPingAt = call.cloud.clock.now();
    node.agentVersion = request.AgentVersion ?? node.agentVersion;
    node.computerName = request.ComputerName ?? node.computerName;
    node.ipAddress = request.IPAddress ?? node.ipAddress;
    node.platform = {
      type: request.PlatformType ?? node.platform.type,
      name: request.PlatformName ?? node.platform.name,
      version: request.PlatformVersion ?? node.platform.version,
    };
    return {};
  },
  DeregisterManagedInstance: (call: Call, request: Checked<DeregisterManagedInstanceRequest>) => {
    const node = nodeOf(call.region, request.InstanceId);
    removeNode(call.region, node);
    return {};
  },
} satisfies AgentOperationTable;

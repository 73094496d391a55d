import { createHash } from "node:crypto";
import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { SignatureScope } from "../../http/credentials.ts";
import { agentVersion } from "../ssm/nodes.ts";
import { answerSsm } from "../ssm/dispatch.ts";
import { platformOf, privateAddress } from "../../world/machineSpec.ts";
import type { Machine } from "../../world/machine.ts";
import type { Payload } from "./payload.ts";

/** SubjectPublicKeyInfo of an RSA key of 2,048 bits, up to its modulus, and what follows that: the exponent 65,537. */
const keyHead = Buffer.from("30820122300d06092a864886f70d01010105000382010f003082010a0282010100", "hex");
const keyTail = Buffer.from("0203010001", "hex");
const modulusParts = 4;

function digest(seed: number, machineId: string, part: string): Buffer {
  return createHash("sha512")
    .update(`${String(seed)}|agent|${machineId}|${part}`)
    .digest();
}

/**
 * The public key a machine's agent registers with, as base64 of its DER. Its modulus is drawn, not multiplied from two
 * primes: nothing verifies the agent's signatures, and a thousand real keys take minutes.
 */
export function agentPublicKey(seed: number, machineId: string): string {
  const parts = Array.from({ length: modulusParts }, (_, part) => digest(seed, machineId, `modulus ${String(part)}`));
  const modulus = Buffer.concat(parts);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(modulus.length - 1) | 1, modulus.length - 1);
  return Buffer.concat([keyHead, modulus, keyTail]).toString("base64");
}

/** The fingerprint that a machine's agent makes of its hardware: a UUID. */
export function agentFingerprint(seed: number, machineId: string): string {
  const hex = digest(seed, machineId, "fingerprint").toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function call<Answer>(
  cloud: SimulatedCloud,
  operation: string,
  body: object,
  scope: SignatureScope | undefined,
): Promise<Answer> {
  const response = await answerSsm(cloud, operation, {
    method: "POST",
    url: new URL("http://127.0.0.1/"),
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${operation}` },
    body: Buffer.from(JSON.stringify(body)),
    scope,
  });
  const answer = JSON.parse(response.body.toString()) as Answer & {
    readonly __type?: string;
    readonly message?: string;
  };
  if (response.status !== 200) throw new ApiError(answer.__type ?? "", answer.message ?? "", response.status);
  return answer;
}

/**
 * What a simulated VM's agent does from its registration to its first sign of life, in the calls and members of the
 * real one: RegisterManagedInstance without a signature, RequestManagedInstanceRoleToken with its own key, and
 * UpdateInstanceInformation with the role's credentials. Each goes the way that a request over HTTP goes. Refusals are
 * {@link ApiError}s.
 * https://github.com/aws/amazon-ssm-agent, agent/agent_parser.go and agent/ssm/service.go
 */
export async function registerAgent(cloud: SimulatedCloud, machine: Machine, payload: Payload): Promise<string> {
  const { spec } = machine;
  const region = payload.region ?? "";
  const Fingerprint = agentFingerprint(cloud.seed, spec.id);
  const { InstanceId } = await call<{ InstanceId: string }>(
    cloud,
    "RegisterManagedInstance",
    {
      ActivationCode: payload.activationCode,
      ActivationId: payload.activationId,
      Fingerprint,
      PublicKey: agentPublicKey(cloud.seed, spec.id),
      PublicKeyType: "Rsa",
    },
    undefined,
  );
  const own = { accessKeyId: InstanceId, region, service: "ssm" };
  const token = await call<{ AccessKeyId: string }>(cloud, "RequestManagedInstanceRoleToken", { Fingerprint }, own);
  const platform = platformOf(spec);
  await call(
    cloud,
    "UpdateInstanceInformation",
    {
      AgentName: "amazon-ssm-agent",
      AgentStatus: "Active",
      AgentVersion: spec.agentVersion ?? agentVersion,
      AvailabilityZone: "OnPrem",
      AvailabilityZoneId: "",
      ComputerName: spec.name,
      IPAddress: privateAddress(cloud.seed, spec.id),
      InstanceId,
      PlatformName: platform.name,
      PlatformType: platform.type,
      PlatformVersion: platform.version,
      SSMConnectionChannel: "ssmmessages",
    },
    { accessKeyId: token.AccessKeyId, region, service: "ssm" },
  );
  return InstanceId;
}

import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { activeFault } from "../../world/faults.ts";
import type { Machine } from "../../world/machine.ts";
import { registerAgent } from "./agent.ts";
import type { Payload } from "./payload.ts";
import type { PayloadOutcome } from "../../state/arm.ts";

interface Verdict {
  readonly result: "registered" | "alreadyRegistered" | "failed";
  readonly exitCode: number;
  readonly message: string;
  readonly instanceId?: string;
}

const minute = 60_000;
/** Minutes that a run takes on a healthy machine, and until a held package lock is given up. */
const usualMinutes = 2;
const lockMinutes = 15;

function failed(exitCode: number, message: string): Verdict {
  return { result: "failed", exitCode, message };
}

const registrationFailures: Readonly<Record<string, Verdict>> = {
  ActivationExpired: failed(50, "the activation has expired: raise onboarding_attempt"),
  InvalidActivation: failed(51, "the activation is invalid: raise onboarding_attempt"),
  RegistrationLimitExceeded: failed(52, "the activation is used up: raise onboarding_attempt"),
};

async function registered(cloud: SimulatedCloud, machine: Machine, payload: Payload): Promise<Verdict> {
  try {
    const nodeId = await registerAgent(cloud, machine, payload);
    const state = cloud.regions().find((region) => region.nodes.has(nodeId));
    const node = state?.nodes.get(nodeId);
    if (state === undefined || node === undefined) throw new RangeError(`${nodeId} has registered and is no node`);
    node.machine = machine;
    machine.registration = { nodeId, region: state.region };
    return { result: "registered", exitCode: 0, message: "registered, and the agent runs", instanceId: nodeId };
  } catch (error) {
    const known = error instanceof ApiError ? registrationFailures[error.code] : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

/** A VM without its network reaches AWS as little as one without a route. */
const unreachable = ["noRouteToAws", "offline"] as const;

/** The released scripts' own decisions, in their order; see components/azure/onboarding. */
async function verdictOf(cloud: SimulatedCloud, machine: Machine, payload: Payload): Promise<Verdict> {
  const now = cloud.clock.now();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(payload.activationId ?? ""))
    return failed(10, "the activation id is missing or malformed");
  if (!/^[!-~]{20,250}$/.test(payload.activationCode ?? ""))
    return failed(10, "the activation code is missing or malformed");
  if (payload.region === undefined) return failed(10, "the Region is missing");
  const old = machine.registration;
  if (old !== undefined && !payload.force) {
    return old.region === payload.region
      ? {
          result: "alreadyRegistered",
          exitCode: 0,
          message: "the machine was registered before; its agent runs",
          instanceId: old.nodeId,
        }
      : failed(20, `registered as ${old.nodeId} in ${old.region}: deregister it there first, or force it`);
  }
  if (unreachable.some((kind) => activeFault(machine, kind, now) !== undefined))
    return failed(
      31,
      `ssm.${payload.region}.amazonaws.com cannot be reached on 443 (curl 28): give the VM a route out`,
    );
  if (activeFault(machine, "lockHeld", now) !== undefined)
    return failed(34, "/var/lib/dpkg/lock-frontend was still held after 900 seconds: another package operation runs");
  return registered(cloud, machine, payload);
}

/**
 * Lets a VM run an onboarding payload: the outcome is that of the released script on such a machine, with its one JSON
 * line on standard output. `undefined` is a payload that the handler takes and does not run.
 */
export async function runPayload(
  cloud: SimulatedCloud,
  machine: Machine,
  payload: Payload | undefined,
): Promise<PayloadOutcome> {
  const startTime = cloud.clock.now();
  if (payload === undefined) return { exitCode: 0, stdout: "", stderr: "", startTime, endTime: startTime };
  const verdict = await verdictOf(cloud, machine, payload);
  const minutes = verdict.exitCode === 34 ? lockMinutes : usualMinutes;
  const { result, exitCode, message, instanceId } = verdict;
  const line = JSON.stringify({
    patchplane: "onboarding",
    version: payload.version,
    result,
    ...(instanceId === undefined ? {} : { instanceId }),
    region: payload.region ?? "",
    exitCode,
    message,
  });
  const nodeId = instanceId ?? null;
  const endTime = new Date(startTime.getTime() + minutes * minute);
  const place = { at: startTime, endsAt: endTime, machine: machine.spec.id };
  cloud.journal.add({ kind: "onboarding", ...place, result, exitCode, nodeId });
  return {
    exitCode,
    stdout: `${line}\n`,
    stderr: exitCode === 0 ? "" : `patchplane: ${message}\n`,
    startTime,
    endTime,
  };
}

import { whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { liveFinding, type LiveScope } from "./scope.ts";
import { newestActivation } from "../fleet/nodeJoin.ts";
import type { Server } from "../server.ts";

/** Azure VMs that are no node yet, by their newest activation. */
export interface LiveActivations {
  /** It can still be used. */
  readonly pending: number;
  /** It ran out, and nobody used it. */
  readonly expired: number;
  /** There is none: not deployed, or made without the VM's tag. */
  readonly none: number;
}

type State = keyof LiveActivations;

function stateOf({ live }: LiveScope, server: Server, asOf: Date): State | "used" {
  const activation = newestActivation(live.activations.values(), server.azure?.vmId ?? "");
  if (activation === undefined) return "none";
  if (activation.registrations > 0) return "used";
  const over = activation.expired || (activation.expiresAt !== undefined && activation.expiresAt <= asOf);
  return over ? "expired" : "pending";
}

function lacking(scope: LiveScope, asOf: Date): Readonly<Partial<Record<State | "used", readonly Server[]>>> {
  const servers = scope.live.servers
    .filter(({ server, node }) => node === undefined && server.azure !== undefined)
    .map(({ server }) => server);
  return Object.fromEntries(Map.groupBy(servers, (server) => stateOf(scope, server, asOf)));
}

/** How many Azure VMs without a node there are, by the state of their activations. */
export function liveActivations(scope: LiveScope, asOf: Date): LiveActivations {
  const { pending = [], expired = [], none = [] } = lacking(scope, asOf);
  return { pending: pending.length, expired: expired.length, none: none.length };
}

/** Findings about activations that nobody has used: one for those that still can be, one for those that ran out. */
export function activationFindings(scope: LiveScope, asOf: Date): readonly Finding[] {
  const { pending = [], expired = [] } = lacking(scope, asOf);
  const path = `locations.${scope.location.name}`;
  const found = (servers: readonly Server[], state: string, fix: string): readonly Finding[] =>
    servers.length === 0
      ? []
      : [
          liveFinding("live-activation", scope, {
            path,
            message: `${whichServers(servers)} did not register: the activation ${state}`,
            fix,
          }),
        ];
  return [
    ...found(
      pending,
      "waits, and its code is good",
      "npx patchplane status says what keeps them; a stopped VM is to be started",
    ),
    ...found(
      expired,
      "ran out unused",
      "npx patchplane status says why; for most, raise onboarding_attempt in their rows",
    ),
  ];
}

import type { Evidence, Invariant, Violation } from "../evidence.ts";
import { capacity } from "./capacity.ts";
import { ownFault, started } from "./hooks.ts";
import { oneVerdict, registrations } from "./identity.ts";
import { concurrency, cutoff, errors } from "./pace.ts";
import { approvedOnly, kernels, reboots } from "./packages.ts";
import { countsAreTrue, statusIsTrue } from "./status.ts";

/** Every invariant, in the order in which they are told. */
export const invariants: readonly Invariant[] = [
  concurrency,
  errors,
  cutoff,
  capacity,
  ownFault,
  started,
  approvedOnly,
  reboots,
  kernels,
  registrations,
  oneVerdict,
  statusIsTrue,
  countsAreTrue,
];

/** Every way in which the evidence breaks an invariant. */
export function violations(evidence: Evidence): readonly Violation[] {
  return invariants.flatMap(({ id, check }) => check(evidence).map((found) => ({ invariant: id, ...found })));
}

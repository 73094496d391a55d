import * as pulumi from "@pulumi/pulumi";
import { formatFault } from "../domain/fault.ts";
import type { Fault } from "../domain/fault.ts";

/** What a component's pure `resolveX` answers: settled values, or every fault it found. */
export type Resolution<T> = { readonly settled: T } | { readonly faults: readonly Fault[] };

/** Faults win over values: settled only when there is none. */
export function resolution<T>(settled: T, faults: readonly Fault[]): Resolution<T> {
  return faults.length === 0 ? { settled } : { faults };
}

/**
 * The settled values of a component's arguments.
 *
 * @throws InputPropertiesError listing every fault in its message, because the engine does not print its entries
 */
export function settledOrThrow<T>(component: string, name: string, resolved: Resolution<T>): T {
  if ("settled" in resolved) return resolved.settled;
  const lines = resolved.faults.map((fault) => `  ${formatFault(fault)}`);
  throw new pulumi.InputPropertiesError({
    message: [`${component} "${name}" cannot be built:`, ...lines].join("\n"),
    errors: resolved.faults.map((fault) => ({ propertyPath: fault.path, reason: fault.message })),
  });
}

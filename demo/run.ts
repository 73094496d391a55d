import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Plane } from "../domain/plane.ts";
import type { Engine } from "../engine/resolve.ts";
import type { Cloud } from "../simulator/index.ts";

/** What the steps of the demo hand on to each other. */
export interface DemoRun {
  readonly root: string;
  /** What was shown to be true, in words. */
  readonly claims: string[];
  /** Tables to show at the end. */
  readonly printed: string[];
  engine?: Engine;
  plane?: Plane;
  cloud?: Cloud;
  /** Temporary folder with state and working copies. */
  folder?: string;
  stack?: Stack;
  /** Outputs of the stack after `up`. */
  outputs?: DemoOutputs;
  /** Digest of every tracked input before the engine ran. */
  inputsBefore?: string;
}

/** The stack's outputs, as far as the demo reads them. */
export interface DemoOutputs {
  readonly locations: Readonly<Record<string, { readonly baselineIds: Readonly<Record<string, string>> }>>;
  readonly subscriptions: Readonly<Record<string, { readonly activationIds: Readonly<Record<string, string>> }>>;
}

/** Something the demo claims is not so. */
export class DemoFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DemoFailed";
  }
}

/** Takes a value that an earlier step has made. */
export function made<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new DemoFailed(`${what} is missing: an earlier step failed`);
  return value;
}

/** Stops the demo unless what it is about to claim is true. */
export function claim(run: DemoRun, holds: boolean, words: string, otherwise: string): void {
  if (!holds) throw new DemoFailed(`not true: ${words}: ${otherwise}`);
  run.claims.push(words);
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Plane } from "../domain/plane.ts";
import type { Engine } from "../engine/resolve.ts";
import type { Cloud, World } from "../simulator/index.ts";
import type { ApproveJson } from "../render/approve/approveJson.ts";
import type { DemoOptions } from "./options.ts";

/** What the steps of the demo hand on to each other. */
export interface DemoRun {
  readonly options: DemoOptions;
  /** The checkout. */
  readonly projectRoot: string;
  /** What was shown to be true, in words. */
  readonly claims: string[];
  /** The outcome in words: what is shown first. */
  outcome?: string;
  /** Tables to show at the end. */
  readonly printed: string[];
  /** Folder with copies of stack files, fleet and approvals, and with the engine's state. */
  root?: string;
  engine?: Engine;
  plane?: Plane;
  /** What the embedded cloud began with. */
  world?: World;
  cloud?: Cloud;
  stack?: Stack;
  /** When the packages of every server were collected before anything was patched. */
  collectedBefore?: Date;
  /** When they were collected after the two weeks. */
  collectedAfter?: Date;
  /** What was approved for a reviewed group, and why, and when its window opens; nothing where it lacks nothing. */
  approved?: ApproveJson & { readonly because: string };
  opens?: Date;
  /** VMs whose onboarding failed in `up`, by the engine's name of the resource, sorted. */
  failedVms?: readonly string[];
  /** Digest of every tracked input before the engine ran. */
  inputsBefore?: string;
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
export function claim(run: Pick<DemoRun, "claims">, holds: boolean, words: string, otherwise: string): void {
  if (!holds) throw new DemoFailed(`not true: ${words}: ${otherwise}`);
  run.claims.push(words);
}

import type { Checked, Failure } from "./check.ts";
import type { Change } from "./diff.ts";
import type { Values } from "./values.ts";

/** The resource a call is about. */
export interface Subject {
  readonly urn: string;
  /** Type token, e.g. `aws:ssm/patchBaseline:PatchBaseline`. */
  readonly type: string;
}

/** A resource as the state file knows it. */
export interface Existing extends Subject {
  readonly id: string;
  readonly outputs: Values;
  readonly inputs: Values;
}

/** Answer to a diff. */
export interface Difference {
  readonly changes: readonly Change[];
  /** Whether a replacement deletes the old resource first. */
  readonly deleteBeforeReplace: boolean;
}

/** A resource as the cloud knows it. */
export interface State {
  readonly id: string;
  readonly outputs: Values;
}

/** What the engine asks of a provider; `server.ts` puts it on the wire. Faults are thrown. */
export interface Plugin {
  /** Version the plugin answers to, the SDK's. */
  readonly version: string;
  /** Every fault of the provider's own configuration. */
  checkConfig(inputs: Values): readonly Failure[];
  configure(inputs: Values): Promise<void>;
  check(subject: Subject, inputs: Values): Checked;
  diff(existing: Existing, inputs: Values, ignored: readonly string[]): Difference;
  create(subject: Subject, inputs: Values, preview: boolean): Promise<State>;
  /** Nothing when the resource is gone. An import has no inputs and no outputs. */
  read(existing: Existing): Promise<(State & { readonly inputs: Values }) | undefined>;
  update(existing: Existing, inputs: Values, preview: boolean): Promise<Values>;
  delete(existing: Existing): Promise<void>;
}

/** A type, function or setting that the embedded cloud's stand-in provider does not have; never answered as success. */
export class NotCovered extends Error {
  /** @param what - what was asked for, e.g. `resource type aws:ec2/instance:Instance` */
  constructor(what: string) {
    super(`${what} is not covered by the embedded cloud's stand-in provider`);
  }
}

/**
 * A resource that was made but did not come up. The engine keeps it in the state, marked, and the next `up` updates it.
 */
export class InitFailed extends Error {
  readonly state: State;
  readonly inputs: Values;

  /** @param reason - what the cloud said went wrong */
  constructor(reason: string, state: State, inputs: Values) {
    super(reason);
    this.state = state;
    this.inputs = inputs;
  }
}

/** The type token within a URN. */
export function typeOf(urn: string): string {
  const qualified = urn.split("::")[2];
  if (qualified === undefined) {
    throw new Error(`${JSON.stringify(urn)} is not a URN`);
  }
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

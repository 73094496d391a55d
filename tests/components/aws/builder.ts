import type { ComponentResource, ComponentResourceOptions } from "@pulumi/pulumi";
import { settled, startMocks, type MockOutputs, type Recorder } from "../../harness/mocks.ts";
import { withProvider } from "./samples.ts";

type ComponentClass<Args, Made> = new (name: string, args: Args, opts: ComponentResourceOptions) => Made;

/** How a spec makes its component under mocks: from the usual arguments, with changes. */
export interface Builder<Args, Made> {
  /** What it registers. */
  readonly built: (changes?: Partial<Args>) => Promise<Recorder>;
  /** The component itself, for what it answers. */
  readonly made: (changes?: Partial<Args>) => Promise<Made>;
}

/** The builder of a component class. */
export function builderOf<Args extends object, Made extends ComponentResource>(
  Component: ComponentClass<Args, Made>,
  name: string,
  usual: Args,
  outputs?: MockOutputs,
): Builder<Args, Made> {
  async function start(changes: Partial<Args>): Promise<{ readonly recorder: Recorder; readonly component: Made }> {
    const recorder = await startMocks(outputs);
    const component = new Component(name, { ...usual, ...changes }, withProvider());
    await settled();
    return { recorder, component };
  }
  return {
    built: async (changes = {}) => (await start(changes)).recorder,
    made: async (changes = {}) => (await start(changes)).component,
  };
}

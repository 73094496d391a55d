import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import { loadReportSql } from "../config/reportSql.ts";
import type { OnboardingScripts } from "../domain/onboarding/payload.ts";
import type { Plane } from "../domain/plane.ts";
import type { FunctionCode } from "../domain/stack/runReporter.ts";
import { program } from "../program.ts";
import { makeProviders } from "../providers.ts";
import { awsPlugin } from "../simulator/plugins/aws/provider.ts";
import { azureNativePlugin } from "../simulator/plugins/azureNative/provider.ts";
import { InitFailed, type Plugin, type State } from "../simulator/plugins/plugin.ts";
import { valuesFromWire, type Values } from "../simulator/plugins/values.ts";
import { unwrapped } from "./unwrapped.ts";

/** The outputs an operator finds in the stack. */
export interface DeployedOutputs {
  readonly locations: Readonly<
    Record<
      string,
      { readonly baselineIds: Readonly<Record<string, string>>; readonly windowIds: Readonly<Record<string, string>> }
    >
  >;
}

/** A stack without the Pulumi engine: what is deployed stays known from one deployment to the next. */
export interface Stack {
  /** Runs the program on a plane and brings the cloud to what it registers. Failed VMs fail alone; all else throws. */
  deploy(plane: Plane): Promise<DeployedOutputs>;
}

interface Kept extends State {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Values;
  readonly plugin: Plugin;
  readonly retained: boolean;
}

interface Registered {
  /** While it is being registered: the inputs as the engine would have got them. */
  readonly wire?: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly retained: boolean;
}

const providers: Readonly<Record<string, (environment: NodeJS.ProcessEnv) => Plugin>> = {
  "pulumi:providers:aws": awsPlugin,
  "pulumi:providers:azure-native": azureNativePlugin,
};

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}

/** Creates, or keeps what a failed VM left: as the engine does under `--continue-on-error`. */
async function created(plugin: Plugin, subject: { urn: string; type: string }, inputs: Values): Promise<State> {
  try {
    return await plugin.create(subject, inputs, false);
  } catch (error) {
    if (error instanceof InitFailed && subject.type.startsWith("azure-native:")) return error.state;
    // A stopped VM is refused with 409, and has no extension then.
    if (subject.type.startsWith("azure-native:")) return { id: "", outputs: inputs };
    throw error;
  }
}

/** The SDK takes a stack trace of every promise it makes, which is most of the time a program takes. */
async function withoutStacks<T>(action: () => Promise<T>): Promise<T> {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await action();
  } finally {
    Error.stackTraceLimit = usual;
  }
}

/** What windows did is in the journal: without code for it, nothing tells of them besides. */
function withoutReporter(plane: Plane): Plane {
  return { ...plane, reports: { ...plane.reports, afterWindows: false } };
}

const noCode: FunctionCode = { runReporter: "" };

class MiniatureEngine {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #scripts: OnboardingScripts;
  readonly #functions: FunctionCode | undefined;
  readonly #kept = new Map<string, Kept>();
  #plugins = new Map<string, Plugin>();
  #registered = new Map<string, Registered>();
  #failures: unknown[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(environment: NodeJS.ProcessEnv, scripts: OnboardingScripts, functions: FunctionCode | undefined) {
    this.#environment = environment;
    this.#scripts = scripts;
    this.#functions = functions;
  }

  async deploy(plane: Plane): Promise<DeployedOutputs> {
    this.#plugins = new Map();
    this.#registered = new Map();
    this.#failures = [];
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => this.#register(args),
        call: (args) => {
          throw new Error(`unexpected invoke of ${args.token}`);
        },
      },
      "patchplane",
      "test",
    );
    this.#listen(getMonitor() as unknown as MockMonitor);
    const outputs = await withoutStacks(async () => {
      const code = this.#functions;
      const deployed = code === undefined ? withoutReporter(plane) : plane;
      const sql = loadReportSql(join(import.meta.dirname, ".."));
      const registered = program(deployed, makeProviders(plane), this.#scripts, code ?? noCode, sql);
      await pulumi.runtime.disconnect();
      return registered;
    });
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, this.#failures.map(String).join("\n"));
    await this.#removeOthers();
    this.#registered = new Map();
    return settledOutputs(outputs);
  }

  /** The mocks' own arguments leave the resource options out. */
  #listen(monitor: MockMonitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = async (request: RegisterResourceRequest, callback) => {
      const key = keyOf(request.getType(), request.getName());
      const options = {
        ignoreChanges: request.getIgnorechangesList(),
        retained: request.getRetainondelete() === true,
      };
      this.#registered.set(key, { ...options, wire: request.getObject()?.toJavaScript() ?? {} });
      await register(request, callback);
      this.#registered.set(key, options);
    };
  }

  async #register(args: MockResourceArgs): Promise<{ id: string | undefined; state: Record<string, unknown> }> {
    if (args.custom === false) return { id: undefined, state: {} };
    const inputs = valuesFromWire(unwrapped(this.#withArchives(args)));
    try {
      const make = providers[args.type];
      if (make !== undefined) {
        const plugin = make(this.#environment);
        await plugin.configure(inputs);
        const id = `${args.name}-id`;
        this.#plugins.set(id, plugin);
        return { id, state: { ...inputs } };
      }
      // One after the other: the plugins' clients have few connections, and the cloud is in this process.
      const settled = this.#last.then(() => this.#settle(args, inputs));
      this.#last = settled.catch(() => undefined);
      const state = await settled;
      return { id: state.id, state: { ...state.outputs } };
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  /** The mocks make something of archives that only the SDK reads. */
  #withArchives({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
    const { wire = {} } = this.#registered.get(keyOf(type, name)) ?? {};
    const entries = Object.entries(inputs as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, pulumi.asset.Archive.isInstance(value) ? wire[key] : value]),
    );
  }

  async #settle(args: MockResourceArgs, given: Values): Promise<State> {
    const key = keyOf(args.type, args.name);
    const plugin = this.#plugins.get((args.provider ?? "").split("::").at(-1) ?? "");
    if (plugin === undefined) throw new Error(`${key} has no explicit provider`);
    const subject = { urn: `urn:pulumi:test::patchplane::${args.type}::${args.name}`, type: args.type };
    const { inputs, failures } = plugin.check(subject, given);
    if (failures.length > 0)
      throw new Error(`${key}: ${failures.map((each) => `${each.path} ${each.reason}`).join("; ")}`);
    const { ignoreChanges = [], retained = false } = this.#registered.get(key) ?? {};
    const before = this.#kept.get(key);
    const state = await this.#brought(plugin, subject, before, inputs, ignoreChanges);
    this.#kept.set(key, { ...state, ...subject, inputs, plugin, retained });
    return state;
  }

  async #brought(
    plugin: Plugin,
    subject: { urn: string; type: string },
    before: Kept | undefined,
    inputs: Values,
    ignoreChanges: readonly string[],
  ): Promise<State> {
    if (before === undefined) return created(plugin, subject, inputs);
    const { changes } = plugin.diff(before, inputs, ignoreChanges);
    if (changes.length === 0) return before;
    if (changes.some((change) => change.replaces))
      throw new Error(`${subject.urn} would be replaced (${changes.map((change) => change.path).join(", ")})`);
    // What is ignored stays as it was.
    const kept = Object.fromEntries(Object.entries(before.inputs).filter(([name]) => ignoreChanges.includes(name)));
    return { id: before.id, outputs: await plugin.update(before, { ...inputs, ...kept }, false) };
  }

  /** Deletes what the program no longer registers, the newest first. */
  async #removeOthers(): Promise<void> {
    const gone = [...this.#kept].filter(([key]) => !this.#registered.has(key)).toReversed();
    for (const [key, existing] of gone) {
      if (!existing.retained) await existing.plugin.delete(existing);
      this.#kept.delete(key);
    }
  }
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

async function settledOutputs({ locations }: ReturnType<typeof program>): Promise<DeployedOutputs> {
  const found = Object.entries(locations).map(async ([name, { baselineIds, windowIds }]) => {
    return [name, { baselineIds: await valueOf(baselineIds), windowIds: await valueOf(windowIds) }] as const;
  });
  return { locations: Object.fromEntries(await Promise.all(found)) };
}

/**
 * Deploys without the Pulumi engine, whose start alone takes longer than a whole simulation: the real program runs
 * under Pulumi's mocks, and every resource it registers is checked, created, compared and updated by the stand-in
 * providers' own code, in this process, against an embedded cloud. Only ordering, state and retries are not the engine's.
 * @param cloudUrl - address of the embedded cloud
 * @param functions - code of the functions; without it none is deployed, and no run is reported
 */
export function openStack(cloudUrl: string, scripts: OnboardingScripts, functions?: FunctionCode): Stack {
  const environment = {
    PATCHPLANE_SIMULATOR: cloudUrl,
    AWS_ACCESS_KEY_ID: "embedded",
    AWS_SECRET_ACCESS_KEY: "embedded",
  };
  return new MiniatureEngine(environment, scripts, functions);
}

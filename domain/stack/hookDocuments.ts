import type { Hook, Window } from "../window.ts";
import { fitName, hookDocumentName, productName } from "./awsNames.ts";

/** How the hooks of a window's servers are run; docs/adr/0014 says what each way promises. */
export type HookPath = "none" | "aws" | "own";

/** One step of a Command document, schema 2.2. */
interface DocumentStep {
  readonly action: "aws:runShellScript" | "aws:runPowerShellScript" | "aws:runDocument";
  readonly name: string;
  readonly precondition?: { readonly StringEquals: readonly ["platformType", "Linux" | "Windows"] };
  readonly inputs: Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>;
}

/** A Command document of SSM, as its JSON content. */
export interface CommandDocument {
  readonly schemaVersion: "2.2";
  readonly description: string;
  readonly parameters?: Readonly<Record<string, DocumentParameter>>;
  readonly mainSteps: readonly DocumentStep[];
}

interface DocumentParameter {
  readonly type: "String";
  readonly description: string;
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  /** Regular expression that a value must match. */
  readonly allowedPattern?: string;
}

/** A document that the stack makes: of a window's hooks, or for operators. */
export interface PlannedDocument {
  /** Unique in the window, or among the operators'. */
  readonly key: string;
  /** Name in SSM. A hook's content decides its end, so that new content is a new document and a visible diff. */
  readonly name: string;
  readonly content: CommandDocument;
}

/** What AWS-RunPatchBaseline is given; every one of its parameters that a window may set, by its own name. */
const patchParameters: Readonly<Record<string, DocumentParameter>> = {
  BaselineOverride: {
    type: "String",
    description: "S3 URL of baselines that replace the registered ones",
    default: "",
  },
  InstallOverrideList: { type: "String", description: "S3 URL of the only patches to install", default: "" },
  Operation: { type: "String", description: "Scan or Install", allowedValues: ["Scan", "Install"] },
  RebootOption: {
    type: "String",
    description: "Whether an installation may end in a reboot",
    allowedValues: ["RebootIfNeeded", "NoReboot"],
  },
  SnapshotId: { type: "String", description: "Left empty in a window: AWS takes the execution's id", default: "" },
};

const handedOn = Object.fromEntries(Object.keys(patchParameters).map((key) => [key, `{{ ${key} }}`]));

function stepName(hook: string, platform: string): string {
  const camel = hook.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${platform}`;
}

/** A hook's step for each platform that has lines; a platform without has none, and the document goes on there. */
function steps(hook: Hook, onFailure: Readonly<Record<string, string>> = {}): readonly DocumentStep[] {
  const timing = { timeoutSeconds: String(hook.timeoutSeconds), ...onFailure };
  const linux: DocumentStep = {
    action: "aws:runShellScript",
    name: stepName(hook.name, "Linux"),
    precondition: { StringEquals: ["platformType", "Linux"] },
    inputs: { runCommand: hook.linux, ...timing },
  };
  const windows: DocumentStep = {
    action: "aws:runPowerShellScript",
    name: stepName(hook.name, "Windows"),
    precondition: { StringEquals: ["platformType", "Windows"] },
    inputs: { runCommand: hook.windows, ...timing },
  };
  return [...(hook.linux.length > 0 ? [linux] : []), ...(hook.windows.length > 0 ? [windows] : [])];
}

function nested(name: string, documentPath: string, more: DocumentStep["inputs"]): DocumentStep {
  return { action: "aws:runDocument", name, inputs: { documentType: "SSMDocument", documentPath, ...more } };
}

type Maker = (
  key: string,
  description: string,
  mainSteps: readonly DocumentStep[],
  parameters?: CommandDocument["parameters"],
) => PlannedDocument;

function maker(environment: string, window: Window): Maker {
  return (key, description, mainSteps, parameters) => {
    const content: CommandDocument = {
      schemaVersion: "2.2",
      description: fitName(`${productName}: ${description}`, 256),
      ...(parameters === undefined ? {} : { parameters }),
      mainSteps,
    };
    return { key, name: hookDocumentName(environment, window.name, key, JSON.stringify(content)), content };
  };
}

/**
 * Before → patch → after of one server, in one command. Three documents, because of what the agent does with each:
 *
 * - `after` is one document, because only the last step of a document runs whatever happened before (`finallyStep`).
 * - `server` holds the order: the before-hooks, AWS-RunPatchBaseline with all its parameters, and `after` at last.
 * - `hooked`, which the window's task runs, holds `server` in a single step: a cancelled command ends between the steps
 *   of its own document and not inside of a nested one, so a server that has begun is brought to its end.
 */
function ownDocuments(window: Window, make: Maker): readonly PlannedDocument[] {
  const { before, after, mustSucceed } = window.hooks;
  const last =
    after.length === 0
      ? []
      : [
          make(
            "after",
            `after ${window.name}`,
            after.flatMap((hook) => steps(hook)),
          ),
        ];
  const server = make(
    "server",
    `${window.operation} of ${window.name} between its hooks`,
    [
      ...before.flatMap((hook) => steps(hook, mustSucceed ? { onFailure: "exit" } : {})),
      nested("patch", "AWS-RunPatchBaseline", { documentParameters: handedOn }),
      ...last.map(({ name }) => nested("after", name, { finallyStep: "true" })),
    ],
    patchParameters,
  );
  const hooked = make(
    hookedKey,
    `${window.operation} of ${window.name} with its hooks, to the end`,
    [nested("server", server.name, { documentParameters: handedOn })],
    patchParameters,
  );
  return [...last, server, hooked];
}

/** The documents that AWS-RunPatchBaselineWithHooks is given the names of. */
function awsDocuments(window: Window, make: Maker): readonly PlannedDocument[] {
  const { before, after } = window.hooks;
  const first = before.flatMap((hook) => steps(hook, { onFailure: "exit" }));
  const last = after.flatMap((hook) => steps(hook));
  return [
    ...(first.length === 0 ? [] : [make("before", `before ${window.name}`, first)]),
    ...(last.length === 0 ? [] : [make("after", `after ${window.name}`, last)]),
  ];
}

/** Key of the document that the task of a window with hooks of its own runs. */
export const hookedKey = "hooked" as const;

/** Key of the document of a hook that runs once in a window. */
export function onceKey(hook: Pick<Hook, "name">): string {
  return `once-${hook.name}`;
}

/** The hooks that run once in a window, in order. */
export function onceHooks({ hooks: { once } }: Window): readonly Hook[] {
  return once === undefined ? [] : [...once.before, ...once.after];
}

/**
 * The Command documents that a window's hooks need, each after those that it runs. A window with several dates shares
 * them.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
 */
export function hookDocuments(environment: string, window: Window, path: HookPath): readonly PlannedDocument[] {
  const make = maker(environment, window);
  return [
    ...(path === "own" ? ownDocuments(window, make) : path === "aws" ? awsDocuments(window, make) : []),
    ...onceHooks(window).map((hook) => make(onceKey(hook), `${hook.name}, once in ${window.name}`, steps(hook))),
  ];
}

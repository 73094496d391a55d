import { fitName, productName } from "../../domain/stack/awsNames.ts";
import type { Hook, Window } from "../../domain/plane.ts";

/** One step of a Command document, schema 2.2. */
export interface DocumentStep {
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
}

/** What AWS-RunPatchBaseline is given; every one of its parameters that a window may set, by its own name. */
const guardedParameters: Readonly<Record<string, DocumentParameter>> = {
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

function stepName(hook: string, platform: string): string {
  const camel = hook.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${platform}`;
}

function steps(hook: Hook, onFailure: Readonly<Record<string, string>>): readonly DocumentStep[] {
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

function describe(text: string): string {
  return fitName(`${productName}: ${text}`, 256);
}

/**
 * The Command document of one hook: its shell lines on Linux nodes, its PowerShell lines on Windows nodes. A platform
 * without lines has no step, and the command ends well there.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
 */
export function hookDocument(window: Window, hook: Hook): CommandDocument {
  return {
    schemaVersion: "2.2",
    description: describe(`${hook.name} around ${window.name}`),
    mainSteps: steps(hook, {}),
  };
}

/**
 * The Command document of a window whose before-hooks must succeed: hooks and patching of a node in one command,
 * because the order of a window's tasks is not a gate. A failing before-hook ends the document on that node; the
 * after-hooks run whether the patching succeeded or not, since they are what starts the services again.
 *
 * INFERRED: after a reboot that AWS-RunPatchBaseline asks for, the agent takes the document up again at the step that
 * asked, so the after-hooks run after the reboot.
 */
export function guardedDocument(window: Window): CommandDocument {
  const patch: DocumentStep = {
    action: "aws:runDocument",
    name: "patch",
    inputs: {
      documentType: "SSMDocument",
      documentPath: "AWS-RunPatchBaseline",
      documentParameters: Object.fromEntries(Object.keys(guardedParameters).map((key) => [key, `{{ ${key} }}`])),
    },
  };
  return {
    schemaVersion: "2.2",
    description: describe(`${window.operation} of ${window.name} between its hooks`),
    parameters: guardedParameters,
    mainSteps: [
      ...window.hooks.before.flatMap((hook) => steps(hook, { onFailure: "exit" })),
      patch,
      ...window.hooks.after.flatMap((hook) => steps(hook, {})),
    ],
  };
}

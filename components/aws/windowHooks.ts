import * as pulumi from "@pulumi/pulumi";
import { Document } from "@pulumi/aws/ssm/document.js";
import type { Fault } from "../../domain/fault.ts";
import { hookDocumentName } from "../../domain/stack/awsNames.ts";
import type { Hook, Location, Window } from "../../domain/plane.ts";
import { guardedKey } from "../../domain/stack/windowTasks.ts";
import { guardedDocument, hookDocument } from "./hookDocuments.ts";
import type { CommandDocument } from "./hookDocuments.ts";
import { ownTags } from "./locationNames.ts";
import { resolution, settledOrThrow } from "../resolution.ts";
import type { Resolution } from "../resolution.ts";

const type = "patchplane:aws:WindowHooks";
const longestTimeoutSeconds = 172_800;

/** The window whose hooks {@link WindowHooks} turns into documents. */
export interface WindowHooksArgs {
  readonly environment: string;
  readonly location: Location;
  readonly window: Window;
}

function hookFaults(window: Window, place: "before" | "after", hook: Hook): readonly Fault[] {
  const path = `windows.${window.name}.hooks.${place}.${hook.name}`;
  const faults: Fault[] = [];
  if (hook.linux.length + hook.windows.length === 0) {
    faults.push({ path, message: "the hook has no lines", fix: "give it linux or windows lines, or take it out" });
  }
  for (const line of [...hook.linux, ...hook.windows]) {
    if (!line.includes("{{")) continue;
    faults.push({
      path,
      message: "SSM reads {{ in a document as the beginning of a parameter",
      value: line,
      fix: "write the line without {{, for example from a variable",
    });
  }
  const { timeoutSeconds } = hook;
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > longestTimeoutSeconds) {
    faults.push({
      path: `${path}.timeoutSeconds`,
      message: "the hook's time limit is out of range",
      value: timeoutSeconds,
      allowed: `whole seconds, 1 to ${String(longestTimeoutSeconds)}`,
    });
  }
  return faults;
}

/** Decides which documents a window's hooks need, by key; pure. */
export function resolveWindowHooks({ window }: WindowHooksArgs): Resolution<ReadonlyMap<string, CommandDocument>> {
  const { before, after, mustSucceed } = window.hooks;
  const faults = [
    ...before.flatMap((hook) => hookFaults(window, "before", hook)),
    ...after.flatMap((hook) => hookFaults(window, "after", hook)),
  ];
  const hooks = [...before, ...after];
  for (const [name, namesakes] of Map.groupBy(hooks, (hook) => hook.name)) {
    if (namesakes.length === 1 && name !== guardedKey) continue;
    faults.push({
      path: `windows.${window.name}.hooks`,
      message: name === guardedKey ? "the hook's name is taken" : "hooks share a name",
      value: name,
      fix: "give every hook of the window a name of its own",
    });
  }
  const documents = mustSucceed
    ? new Map([[guardedKey, guardedDocument(window)]])
    : new Map(hooks.map((hook) => [hook.name, hookDocument(window, hook)]));
  return resolution(documents, faults);
}

/**
 * The Command documents of a window's hooks, owned by the stack: one per hook, or one that holds hooks and patching
 * when the before-hooks must succeed. A window with several dates shares them.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
 */
export class WindowHooks extends pulumi.ComponentResource {
  /** Names of the documents in SSM, by hook, or under {@link guardedKey}. */
  readonly documentNames: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WindowHooksArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const documents = settledOrThrow(type, name, resolveWindowHooks(args));

    const names: Record<string, pulumi.Output<string>> = {};
    for (const [key, content] of documents) {
      names[key] = new Document(
        `${name}-${key}`,
        {
          name: hookDocumentName(args.environment, args.window.name, key),
          documentType: "Command",
          documentFormat: "JSON",
          content: pulumi.jsonStringify(content),
          tags: ownTags(args.environment, args.location),
        },
        { parent: this },
      ).name;
    }
    this.documentNames = names;
    this.registerOutputs({ documentNames: this.documentNames });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { Document } from "@pulumi/aws/ssm/document.js";
import { hookDocumentName } from "../../domain/stack/awsNames.ts";
import type { Location, Window } from "../../domain/plane.ts";
import { guardedKey } from "../../domain/stack/windowTasks.ts";
import { guardedDocument, hookDocument } from "./hookDocuments.ts";
import type { CommandDocument } from "./hookDocuments.ts";
import { ownTags } from "./locationNames.ts";

const type = "patchplane:aws:WindowHooks";

/** The window whose hooks {@link WindowHooks} turns into documents. */
export interface WindowHooksArgs {
  readonly environment: string;
  readonly location: Location;
  readonly window: Window;
}

/** The documents that a window's hooks need, by key. */
function documentsOf(window: Window): ReadonlyMap<string, CommandDocument> {
  const { before, after, mustSucceed } = window.hooks;
  return mustSucceed
    ? new Map([[guardedKey, guardedDocument(window)]])
    : new Map([...before, ...after].map((hook) => [hook.name, hookDocument(window, hook)]));
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

    const names: Record<string, pulumi.Output<string>> = {};
    for (const [key, content] of documentsOf(args.window)) {
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

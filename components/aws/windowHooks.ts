import * as pulumi from "@pulumi/pulumi";
import { Document } from "@pulumi/aws/ssm/document.js";
import type { Location } from "../../domain/plane.ts";
import type { PlannedDocument } from "../../domain/stack/hookDocuments.ts";
import { ownTags } from "../../domain/stack/awsNames.ts";

const type = "patchplane:aws:WindowHooks";

/** The documents of one window's hooks. */
export interface WindowHooksArgs {
  readonly environment: string;
  readonly location: Location;
  /** Each after those that it runs. */
  readonly documents: readonly PlannedDocument[];
}

/**
 * The Command documents of a window's hooks, owned by the stack. A window with several dates shares them.
 *
 * A document is told the names of those that it runs, and nodes fetch them while the command runs: so each is made after
 * them, and goes before them. Content decides a name, so a change makes new documents, points the task at them, and only
 * then takes the old ones away.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
 */
export class WindowHooks extends pulumi.ComponentResource {
  /** Names of the documents in SSM, by key; each is known once the documents that it runs are there. */
  readonly documentNames: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WindowHooksArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);

    const names: Record<string, pulumi.Output<string>> = {};
    const made: Document[] = [];
    for (const { key, name: documentName, content } of args.documents) {
      const document = new Document(
        `${name}-${key}`,
        {
          name: documentName,
          documentType: "Command",
          documentFormat: "JSON",
          content: pulumi.jsonStringify(content),
          tags: ownTags(args.environment, args.location),
        },
        { parent: this, dependsOn: [...made] },
      );
      made.push(document);
      names[key] = document.name;
    }
    this.documentNames = names;
    this.registerOutputs({ documentNames: this.documentNames });
  }
}

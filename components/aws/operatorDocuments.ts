import * as pulumi from "@pulumi/pulumi";
import { Document } from "@pulumi/aws/ssm/document.js";
import { ownTags } from "../../domain/stack/awsNames.ts";
import type { Location } from "../../domain/plane.ts";
import { operatorDocuments } from "../../domain/stack/operatorDocuments.ts";

const type = "patchplane:aws:OperatorDocuments";

/** Where the documents are. */
export interface OperatorDocumentsArgs {
  readonly environment: string;
  readonly location: Location;
}

/**
 * The Command documents that operators send outside of windows: one that scans, one that reboots. Their names stay, so
 * new content is a new version of the document, and its default.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
 */
export class OperatorDocuments extends pulumi.ComponentResource {
  constructor(name: string, { environment, location }: OperatorDocumentsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    for (const { key, name: documentName, content } of operatorDocuments(environment)) {
      new Document(
        `${name}-${key}`,
        {
          name: documentName,
          documentType: "Command",
          documentFormat: "JSON",
          content: pulumi.jsonStringify(content),
          tags: ownTags(environment, location),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

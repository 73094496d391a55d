import * as pulumi from "@pulumi/pulumi";
import { Document } from "@pulumi/aws/ssm/document.js";
import { ownTags } from "../../domain/stack/awsNames.ts";
import type { Location } from "../../domain/plane.ts";
import type { PlannedDocument } from "../../domain/stack/hookDocuments.ts";

const type = "patchplane:aws:OperatorDocuments";

/** The documents, and where they are. */
export interface OperatorDocumentsArgs {
  readonly environment: string;
  readonly location: Location;
  readonly documents: readonly PlannedDocument[];
}

/**
 * The Command documents that operators send outside of windows. Their names stay, so new content is a new version of the
 * document, and its default.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
 */
export class OperatorDocuments extends pulumi.ComponentResource {
  constructor(
    name: string,
    { environment, location, documents }: OperatorDocumentsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    for (const { key, name: documentName, content } of documents) {
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

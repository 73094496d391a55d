import type { CreateDocumentRequest, DocumentFormat, SSM, UpdateDocumentCommandOutput } from "@aws-sdk/client-ssm";
import { requiredText, textOf } from "../../fields.ts";
import { list, object, optional, output, required, text, uncovered } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, changesOfProperty, regional, tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { membersOf, stateOf } from "./form.ts";
import { ssmType } from "./ssmType.ts";
import { tagsIn, tagsOut } from "./tags.ts";
import { ssmName } from "./texts.ts";

const documentTypes = [
  ..."Command Policy Automation Session Package ApplicationConfiguration ApplicationConfigurationSchema".split(" "),
  ..."DeploymentStrategy ChangeCalendar Automation.ChangeTemplate ProblemAnalysis ProblemAnalysisTemplate".split(" "),
  ..."CloudFormation ConformancePackTemplate QuickSetup ManualApprovalPolicy AutoApprovalPolicy".split(" "),
];

const parameter = object({ defaultValue: output(), description: output(), name: output(), type: output() });

const properties = {
  ...regional,
  ...tagged,
  ...uncovered("attachmentsSources", "permissions"),
  arn: output(),
  content: required(text()),
  createdDate: output(),
  defaultVersion: output(),
  description: output(),
  documentFormat: optional(text(oneOf("YAML", "JSON", "TEXT")), { default: "JSON" }),
  documentType: required(text(oneOf(...documentTypes))),
  documentVersion: output(),
  hash: output(),
  hashType: output(),
  latestVersion: output(),
  name: required(text(ssmName), {
    forceNew: true,
  }),
  owner: output(),
  parameters: output(list(parameter)),
  platformTypes: output(list(text())),
  schemaVersion: output(),
  status: output(),
  targetType: optional(
    text(pattern(/^\/[\w.\-:/]*$/, "a slash, followed by nothing or a resource type"), length(1, 200)),
  ),
  versionName: optional(text(ssmName)),
};

async function read(ssm: SSM, id: string, state: Values, session: Session): Promise<Values | undefined> {
  const { Document: found } = await ssm.describeDocument({ Name: id });
  if (found === undefined) {
    return undefined;
  }
  const format = (textOf(state, "documentFormat") ?? found.DocumentFormat) as DocumentFormat | undefined;
  const { Content } = await attempt(`reading SSM Document (${id}) content`, () =>
    ssm.getDocument({ Name: id, DocumentFormat: format, DocumentVersion: "$LATEST" }),
  );
  // The provider asks at every read whom the document is shared with; the stand-in shares none, so nothing comes of it.
  await attempt(`reading SSM Document (${id}) permissions`, () =>
    ssm.describeDocumentPermission({ Name: id, PermissionType: "Share" }),
  );
  const kind = found.DocumentType === "Automation" ? "automation-definition" : "document";
  const arn = session.arn("ssm", `${kind}/${id}`);
  return defined({ ...stateOf(properties, found), arn, content: Content, tags: tagsOut(found.Tags) });
}

function settings(inputs: Values): CreateDocumentRequest {
  return membersOf(properties, inputs) as unknown as CreateDocumentRequest;
}

/** Makes a new version the default one; content that is the latest version's already is no fault. */
async function newVersion(ssm: SSM, id: string, old: Values, new_: Values): Promise<void> {
  const { DocumentType: _, ...sent } = settings(new_);
  let updated: UpdateDocumentCommandOutput | undefined;
  try {
    updated = await ssm.updateDocument({ ...sent, Name: id, DocumentVersion: requiredText(old, "defaultVersion") });
  } catch (error) {
    if (!(error instanceof Error && error.name === "DuplicateDocumentContent")) {
      throw error;
    }
  }
  const version =
    updated === undefined ? requiredText(old, "latestVersion") : updated.DocumentDescription?.DocumentVersion;
  await attempt(`updating SSM Document (${id}) default version`, () =>
    ssm.updateDocumentDefaultVersion({ Name: id, DocumentVersion: version }),
  );
}

/**
 * `aws:ssm/document:Document`: only the name replaces it; other content is a new version, made the default one.
 * Attachments and sharing are not covered.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
 */
export const document: ResourceType = ssmType({
  title: "Document",
  properties,
  nameProperty: "name",
  // InvalidDocument stands for many things; only this text means that there is none.
  missing: /^InvalidDocument: .*does not exist/s,
  taggedAs: "Document",
  tellsTags: true,
  renewed: (old, new_) =>
    changesOfProperty(properties, "content", old, new_)
      ? ["defaultVersion", "documentVersion", "hash", "latestVersion", "parameters"]
      : [],
  create: async (ssm, inputs) => {
    const made = await ssm.createDocument({ ...settings(inputs), Tags: tagsIn(inputs) });
    return { id: made.DocumentDescription?.Name ?? requiredText(inputs, "name") };
  },
  read,
  update: newVersion,
  delete: (ssm, id) => ssm.deleteDocument({ Name: id }),
});

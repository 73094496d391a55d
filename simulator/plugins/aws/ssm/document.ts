import type {
  DocumentDescription,
  DocumentFormat,
  DocumentType,
  SSM,
  UpdateDocumentCommandOutput,
} from "@aws-sdk/client-ssm";
import { givenText, requiredText, textOf } from "../../fields.ts";
import { list, object, optional, output, required, text, uncovered } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import {
  apiFailure,
  attempt,
  changesBesidesTags,
  changesOfProperty,
  regional,
  tagged,
  type ResourceType,
} from "../resourceType.ts";
import type { Session } from "../session.ts";
import { changeTags, tagsIn, tagsOut } from "./tags.ts";

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
  name: required(text(pattern(/^[0-9A-Za-z_.-]{3,128}$/, "3 to 128 letters, digits, hyphens, dots and underscores")), {
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
  versionName: optional(
    text(pattern(/^[0-9A-Za-z_.-]{3,128}$/, "3 to 128 letters, digits, hyphens, dots and underscores")),
  ),
};

/** InvalidDocument stands for many things; only this text means that there is none. */
async function unlessMissing<Result>(doing: string, call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidDocument" && error.message.includes("does not exist")) {
      return undefined;
    }
    throw apiFailure(doing, error);
  }
}

function stateOf(session: Session, found: DocumentDescription, content: string | undefined): Values {
  const name = found.Name ?? "";
  const kind = found.DocumentType === "Automation" ? "automation-definition" : "document";
  return defined({
    arn: session.arn("ssm", `${kind}/${name}`),
    content,
    createdDate: found.CreatedDate && `${found.CreatedDate.toISOString().slice(0, 19)}Z`,
    defaultVersion: found.DefaultVersion,
    description: found.Description,
    documentFormat: found.DocumentFormat,
    documentType: found.DocumentType,
    documentVersion: found.DocumentVersion,
    hash: found.Hash,
    hashType: found.HashType,
    latestVersion: found.LatestVersion,
    name,
    owner: found.Owner,
    parameters: found.Parameters?.map((each) =>
      defined({
        defaultValue: each.DefaultValue,
        description: each.Description,
        name: each.Name,
        type: each.Type,
      }),
    ),
    platformTypes: found.PlatformTypes,
    schemaVersion: found.SchemaVersion,
    status: found.Status,
    targetType: found.TargetType,
    versionName: found.VersionName,
    tags: tagsOut(found.Tags),
  });
}

async function read(session: Session, id: string, state: Values): Promise<Values | undefined> {
  const ssm = await session.ssm();
  const answer = await unlessMissing(`reading SSM Document (${id})`, () => ssm.describeDocument({ Name: id }));
  const found = answer?.Document;
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
  return stateOf(session, found, Content);
}

function settings(inputs: Values) {
  return {
    Content: requiredText(inputs, "content"),
    DocumentFormat: requiredText(inputs, "documentFormat") as DocumentFormat,
    TargetType: givenText(inputs, "targetType"),
    VersionName: givenText(inputs, "versionName"),
  };
}

/** Makes a new version the default one; content that is the latest version's already is no fault. */
async function newVersion(ssm: SSM, id: string, old: Values, new_: Values): Promise<void> {
  let updated: UpdateDocumentCommandOutput | undefined;
  try {
    updated = await ssm.updateDocument({
      ...settings(new_),
      Name: id,
      DocumentVersion: requiredText(old, "defaultVersion"),
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === "DuplicateDocumentContent")) {
      throw apiFailure(`updating SSM Document (${id})`, error);
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
export const document: ResourceType = {
  properties,
  nameProperty: "name",
  renewed: (old, new_) =>
    changesOfProperty(properties, "content", old, new_)
      ? ["defaultVersion", "documentVersion", "hash", "latestVersion", "parameters"]
      : [],
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const Name = requiredText(inputs, "name");
    const made = await attempt(`creating SSM Document (${Name})`, () =>
      ssm.createDocument({
        ...settings(inputs),
        DocumentType: requiredText(inputs, "documentType") as DocumentType,
        Name,
        Tags: tagsIn(inputs),
      }),
    );
    return { id: made.DocumentDescription?.Name ?? Name };
  },
  read,
  update: async (session, id, old, new_) => {
    const ssm = await session.ssm();
    if (changesBesidesTags(properties, old, new_)) {
      await newVersion(ssm, id, old, new_);
    }
    await changeTags(ssm, "Document", id, old, new_);
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await unlessMissing(`deleting SSM Document (${id})`, () => ssm.deleteDocument({ Name: id }));
  },
};

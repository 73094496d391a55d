import { createHash } from "node:crypto";
import type { DocumentFormat, UpdateDocumentRequest } from "@aws-sdk/client-ssm";
import { parse } from "yaml";
import { ApiError, validationError } from "../../http/apiError.ts";
import { awsDocument, awsDocuments } from "./awsDocuments.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { parseCommandDocument, platformsOf } from "./documentContent.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import { ssmArn } from "./region.ts";
import { checkTags, dropTags, setTags, tagList } from "./tags.ts";
import type { DocumentVersion, DocumentRecord } from "../../state/documents.ts";

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: documents per account and Region, versions of one. */
const documentQuota = 500;
const versionQuota = 1000;
const usualPage = 50;
const usualFormat: DocumentFormat = "JSON";
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html, Name; "aws" covers the longer ones. */
const reservedPrefixes = ["aws", "amazon", "amzn"];

/** AWS's own documents that patch and are not covered: AWS-RunPatchBaselineAssociation is for EC2 only and knows no patch groups. */
const refusedDocuments: ReadonlySet<string> = new Set(["AWS-RunPatchBaselineAssociation"]);

/** The document of a name or ARN, the account's own or AWS's; else `InvalidDocument`. */
export function documentOf(state: RegionState, nameOrArn: string): DocumentRecord {
  const own = `${ssmArn(state, "document")}/`;
  const name = nameOrArn.startsWith(own) ? nameOrArn.slice(own.length) : nameOrArn;
  const document = state.documents.get(name) ?? awsDocument(name);
  if (document === undefined && refusedDocuments.has(name))
    throw new ApiError("InvalidDocument", `Document ${name} is AWS's and is not covered by the embedded cloud.`);
  if (document === undefined) throw new ApiError("InvalidDocument", `Document with name ${nameOrArn} does not exist.`);
  return document;
}

/** A version by number, `$LATEST`, `$DEFAULT` or nothing (the default); else `InvalidDocumentVersion`. */
export function versionOf(document: DocumentRecord, wanted = "$DEFAULT"): DocumentVersion {
  const latest = document.versions.length;
  const number = wanted === "$LATEST" ? latest : wanted === "$DEFAULT" ? document.defaultVersion : Number(wanted);
  const version = document.versions[number - 1];
  if (version === undefined)
    throw new ApiError("InvalidDocumentVersion", `Document version ${wanted} does not exist for ${document.name}.`);
  return version;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function description(state: RegionState, document: DocumentRecord, version: DocumentVersion): object {
  return {
    Hash: sha256(version.content),
    HashType: "Sha256",
    Name: document.name,
    DisplayName: document.displayName,
    VersionName: version.versionName,
    Owner: document.owner,
    CreatedDate: version.createdAt,
    Status: "Active",
    DocumentVersion: String(version.number),
    Description: version.parsed.description,
    Parameters: [...version.parsed.parameters],
    PlatformTypes: platformsOf(version.parsed),
    DocumentType: "Command",
    SchemaVersion: version.parsed.schemaVersion,
    LatestVersion: String(document.versions.length),
    DefaultVersion: String(document.defaultVersion),
    DocumentFormat: version.format,
    TargetType: document.targetType,
    Tags: tagList(state.tags.get(`Document/${document.name}`) ?? new Map<string, string>()),
  };
}

function ownDocument(state: RegionState, name: string): DocumentRecord {
  const document = documentOf(state, name);
  if (document.owner !== state.accountId)
    throw new ApiError("InvalidDocument", `Document with name ${name} is not owned by account ${state.accountId}.`);
  return document;
}

function newVersion(
  call: Call,
  number: number,
  request: {
    readonly Content: string;
    readonly VersionName?: string | undefined;
    readonly DocumentFormat?: DocumentFormat | undefined;
  },
): DocumentVersion {
  const format = request.DocumentFormat ?? usualFormat;
  return {
    number,
    versionName: request.VersionName,
    content: request.Content,
    format,
    parsed: parseCommandDocument(request.Content, format),
    createdAt: call.cloud.clock.now(),
  };
}

function updatedDocument(call: Call, request: Checked<UpdateDocumentRequest>): DocumentRecord {
  const old = ownDocument(call.region, request.Name);
  if (old.versions.some((version) => version.content === request.Content))
    throw new ApiError("DuplicateDocumentContent", `Document ${old.name} already has a version with this content.`);
  if (request.VersionName !== undefined && old.versions.some((version) => version.versionName === request.VersionName))
    throw new ApiError("DuplicateDocumentVersionName", `Version name ${request.VersionName} is in use.`);
  if (old.versions.length >= versionQuota)
    throw new ApiError("DocumentVersionLimitExceeded", `Document ${old.name} has ${String(versionQuota)} versions.`);
  // AWS wants to be told which version is being replaced: the latest one, by number or as $LATEST.
  const replaced = request.DocumentVersion ?? String(old.versions.length);
  if (replaced !== "$LATEST" && replaced !== String(old.versions.length))
    throw new ApiError(
      "InvalidDocumentVersion",
      `Document version ${replaced} is not the latest version of ${old.name}.`,
    );
  const version = newVersion(call, old.versions.length + 1, request);
  return {
    ...old,
    displayName: request.DisplayName ?? old.displayName,
    targetType: request.TargetType ?? old.targetType,
    versions: [...old.versions, version],
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentKeyValuesFilter.html; SearchKeyword and tags are not covered. */
function documentTests(accountId: string): Record<string, (document: DocumentRecord, value: string) => boolean> {
  return {
    Name: ({ name }, value) => name === value,
    Owner: ({ owner }, value) => value === "All" || value === (owner === accountId ? "Self" : "Amazon"),
    PlatformTypes: (document, value) => platformsOf(versionOf(document).parsed).some((platform) => platform === value),
    DocumentType: (_, value) => value === "Command",
    TargetType: ({ targetType }, value) => targetType === value,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html; Command documents only. */
export const documentOperations = {
  CreateDocument: (call, request) => {
    if ((request.DocumentType ?? "Command") !== "Command")
      throw new ApiError(
        "InvalidDocumentContent",
        `DocumentType ${String(request.DocumentType)} is not covered by the embedded cloud; it has Command documents only.`,
      );
    if (reservedPrefixes.some((prefix) => request.Name.toLowerCase().startsWith(prefix)))
      throw validationError(`Invalid document name ${request.Name}`);
    checkTags(request.Tags);
    if (call.region.documents.has(request.Name))
      throw new ApiError(
        "DocumentAlreadyExists",
        `Document with name ${request.Name} already exists in region ${call.region.region}.`,
      );
    if (call.region.documents.size >= documentQuota)
      throw new ApiError("DocumentLimitExceeded", `You can have at most ${String(documentQuota)} documents.`);
    const document: DocumentRecord = {
      name: request.Name,
      displayName: request.DisplayName,
      owner: call.region.accountId,
      targetType: request.TargetType,
      versions: [newVersion(call, 1, request)],
      defaultVersion: 1,
    };
    call.region.documents.set(document.name, document);
    setTags(call.region, "Document", document.name, request.Tags);
    return { DocumentDescription: description(call.region, document, versionOf(document)) };
  },
  GetDocument: (call, request) => {
    const document = documentOf(call.region, request.Name);
    const version = versionOf(document, request.DocumentVersion);
    const format = request.DocumentFormat ?? version.format;
    if (format !== version.format && format !== "JSON")
      throw new ApiError("InvalidDocumentContent", `The embedded cloud turns no document into ${format}.`);
    return {
      Name: document.name,
      CreatedDate: version.createdAt,
      DisplayName: document.displayName,
      VersionName: version.versionName,
      DocumentVersion: String(version.number),
      Status: "Active",
      Content: format === version.format ? version.content : JSON.stringify(parse(version.content)),
      DocumentType: "Command",
      DocumentFormat: format,
    };
  },
  DescribeDocument: (call, request) => {
    const document = documentOf(call.region, request.Name);
    return { Document: description(call.region, document, versionOf(document, request.DocumentVersion)) };
  },
  UpdateDocument: (call, request) => {
    const document = updatedDocument(call, request);
    call.region.documents.set(document.name, document);
    return { DocumentDescription: description(call.region, document, versionOf(document, "$LATEST")) };
  },
  UpdateDocumentDefaultVersion: (call, request) => {
    const old = ownDocument(call.region, request.Name);
    const version = versionOf(old, request.DocumentVersion);
    call.region.documents.set(old.name, { ...old, defaultVersion: version.number });
    return {
      Description: { Name: old.name, DefaultVersion: String(version.number), DefaultVersionName: version.versionName },
    };
  },
  DeleteDocument: (call, request) => {
    const document = ownDocument(call.region, request.Name);
    if ([...call.region.associations.values()].some((association) => association.content.Name === document.name))
      throw new ApiError("AssociatedInstances", "");
    call.region.documents.delete(document.name);
    dropTags(call.region, "Document", document.name);
    return {};
  },
  DescribeDocumentPermission: (call, request) => {
    ownDocument(call.region, request.Name);
    return { AccountIds: [], AccountSharingInfoList: [] };
  },
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocumentVersions.html */
  ListDocumentVersions: (call, request) => {
    const document = documentOf(call.region, request.Name);
    const { items, ...next } = pageOf(document.versions.toReversed(), request, usualPage);
    return {
      DocumentVersions: items.map((version) => ({
        Name: document.name,
        DisplayName: document.displayName,
        DocumentVersion: String(version.number),
        VersionName: version.versionName,
        CreatedDate: version.createdAt,
        IsDefaultVersion: version.number === document.defaultVersion,
        DocumentFormat: version.format,
        Status: "Active",
      })),
      ...next,
    };
  },
  ListDocuments: (call, request) => {
    const older = (request.DocumentFilterList ?? []).map(({ key, value }) => ({ Key: key, Values: [value] }));
    const all = [...call.region.documents.values(), ...awsDocuments()];
    const tests = documentTests(call.region.accountId);
    const matching = filtered(all, [...older, ...(request.Filters ?? [])], tests, "InvalidFilterKey");
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      DocumentIdentifiers: items.map((document) => {
        const version = versionOf(document);
        return {
          Name: document.name,
          DisplayName: document.displayName,
          Owner: document.owner,
          CreatedDate: version.createdAt,
          VersionName: version.versionName,
          PlatformTypes: platformsOf(version.parsed),
          DocumentVersion: String(version.number),
          DocumentType: "Command",
          SchemaVersion: version.parsed.schemaVersion,
          DocumentFormat: version.format,
          TargetType: document.targetType,
        };
      }),
      ...next,
    };
  },
} satisfies OperationTable;

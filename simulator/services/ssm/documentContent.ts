import type { DocumentFormat, DocumentParameter, PlatformType } from "@aws-sdk/client-ssm";
import { parse } from "yaml";
import { ApiError } from "../../http/apiError.ts";
import { checkDocumentContent, invalidContent } from "./documentChecks.ts";
import type { DocumentStep, CommandDocument } from "../../state/documents.ts";

type Fields = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: size of one document. */
const largestDocument = 65_536;

function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parsed(content: string, format: DocumentFormat): Fields {
  let value: unknown;
  try {
    value = format === "YAML" ? parse(content) : JSON.parse(content);
  } catch (cause) {
    throw invalidContent(`${format} not well-formed. ${cause instanceof Error ? cause.message : ""}`.trim());
  }
  const document = fields(value);
  if (document === undefined) throw invalidContent("The document must be an object.");
  return document;
}

function parametersOf(value: unknown): DocumentParameter[] {
  return Object.entries(fields(value) ?? {}).map(([Name, given]) => {
    const parameter = fields(given);
    const Type = textOf(parameter?.["type"]);
    if (Type !== "String" && Type !== "StringList")
      throw invalidContent(`Parameter type: ${String(Type)} is not covered by the embedded cloud.`);
    const usual = parameter?.["default"];
    const description = textOf(parameter?.["description"]);
    return {
      Name,
      Type,
      ...(description === undefined ? {} : { Description: description }),
      ...(usual === undefined ? {} : { DefaultValue: typeof usual === "string" ? usual : JSON.stringify(usual) }),
    };
  });
}

function allowedValuesOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(fields(value) ?? {}).flatMap(([name, given]) => {
      const allowed = fields(given)?.["allowedValues"];
      return Array.isArray(allowed) ? [[name, allowed.map(String)] as const] : [];
    }),
  );
}

function allowedPatternsOf(value: unknown): ReadonlyMap<string, RegExp> {
  return new Map(
    Object.entries(fields(value) ?? {}).flatMap(([name, given]) => {
      const pattern = textOf(fields(given)?.["allowedPattern"]);
      return pattern === undefined ? [] : [[name, new RegExp(pattern)] as const];
    }),
  );
}

function platformOf(precondition: unknown): string | undefined {
  const operands = fields(precondition)?.["StringEquals"];
  if (!Array.isArray(operands)) return undefined;
  return operands.find((operand): operand is string => typeof operand === "string" && operand !== "platformType");
}

function stepsOf(value: unknown): DocumentStep[] {
  return (Array.isArray(value) ? value : []).map((given: unknown) => {
    const step = fields(given) ?? {};
    const inputs = fields(step["inputs"]) ?? {};
    const onFailure = step["onFailure"] ?? inputs["onFailure"];
    return {
      action: textOf(step["action"]) ?? "",
      name: textOf(step["name"]) ?? "",
      inputs,
      exitOnFailure: onFailure === "exit",
      finallyStep: inputs["finallyStep"] === true || inputs["finallyStep"] === "true",
      platform: platformOf(step["precondition"]),
    };
  });
}

/**
 * Parses a Command document of schema 2.2; any other, and content that AWS refuses, is refused. Parameters of the types
 * Boolean, Integer, MapList and StringMap are not covered.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export function parseCommandDocument(content: string, format: DocumentFormat): CommandDocument {
  if (Buffer.byteLength(content) > largestDocument)
    throw new ApiError(
      "MaxDocumentSizeExceeded",
      `The size limit of a document is ${String(largestDocument / 1024)} KB.`,
    );
  const document = parsed(content, format);
  const schemaVersion = String(document["schemaVersion"]);
  if (schemaVersion !== "2.2")
    throw new ApiError(
      "InvalidDocumentSchemaVersion",
      `Document schema version ${schemaVersion} is not supported for a Command document.`,
    );
  checkDocumentContent(document);
  return {
    schemaVersion,
    description: textOf(document["description"]),
    parameters: parametersOf(document["parameters"]),
    allowedValues: allowedValuesOf(document["parameters"]),
    allowedPatterns: allowedPatternsOf(document["parameters"]),
    steps: stepsOf(document["mainSteps"]),
  };
}

/** Platforms a document runs on: those its steps name, or all. */
export function platformsOf(document: CommandDocument): PlatformType[] {
  const all: readonly PlatformType[] = ["Windows", "Linux", "MacOS"];
  if (document.steps.some((step) => step.platform === undefined)) return [...all];
  return all.filter((platform) => document.steps.some((step) => step.platform === platform));
}

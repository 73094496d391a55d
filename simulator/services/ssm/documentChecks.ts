import { ApiError } from "../../http/apiError.ts";

type Fields = Readonly<Record<string, unknown>>;

const topLevel: ReadonlySet<string> = new Set(["schemaVersion", "description", "parameters", "mainSteps"]);
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html */
const plugins: ReadonlySet<string> = new Set([
  "aws:applications",
  "aws:cloudWatch",
  "aws:configureDocker",
  "aws:configurePackage",
  "aws:domainJoin",
  "aws:downloadContent",
  "aws:psModule",
  "aws:refreshAssociation",
  "aws:runDockerAction",
  "aws:runDocument",
  "aws:runPowerShellScript",
  "aws:runShellScript",
  "aws:softwareInventory",
  "aws:updateAgent",
  "aws:updateSsmAgent",
]);
const parameterTypes: ReadonlySet<string> = new Set([
  "String",
  "StringList",
  "Boolean",
  "Integer",
  "MapList",
  "StringMap",
]);
const platforms: ReadonlySet<unknown> = new Set(["Linux", "Windows", "MacOS"]);
const placeholder = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** `InvalidDocumentContent` with a text. */
export function invalidContent(message: string): ApiError {
  return new ApiError("InvalidDocumentContent", message);
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function checkParameters(parameters: Fields): void {
  for (const [name, definition] of Object.entries(parameters)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw invalidContent(`Parameter name "${name}" is not alpha-numeric.`);
    const { type } = fields(definition);
    if (typeof type !== "string") throw invalidContent('Missing "type" in parameter definition.');
    if (!parameterTypes.has(type)) throw invalidContent(`Parameter type: ${type} is invalid.`);
  }
}

function checkStep(step: Fields): void {
  for (const key of ["name", "action"]) {
    if (typeof step[key] !== "string") throw invalidContent(`Missing "${key}" in step detail.`);
  }
  const name = String(step["name"]);
  const action = String(step["action"]);
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw invalidContent(`StepName: ${name} is invalid.`);
  if (!plugins.has(action)) throw invalidContent(`Unknown plugin name: ${action}`);
  const operands = fields(step["precondition"])["StringEquals"];
  if (Array.isArray(operands) && operands[0] === "platformType" && !platforms.has(operands[1]))
    throw invalidContent(`Invalid precondition, unrecognized values [${operands.join(", ")}] encountered.`);
}

/**
 * Refuses content of a Command document, schema 2.2, that AWS refuses: keys, actions and platforms that there are not,
 * names of the wrong letters, two steps of one name, placeholders of undeclared parameters. `{{ssm:…}}` refers to
 * Parameter Store and is left alone.
 *
 * What there is: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html;
 * AWS's words: as recorded by https://github.com/badmintoncryer/cdk-preflight, rule `pf-ssm-document-content`.
 */
export function checkDocumentContent(document: Fields): void {
  const strange = Object.keys(document).find((key) => !topLevel.has(key));
  if (strange !== undefined) throw invalidContent(`Unknown property "${strange}".`);
  const parameters = fields(document["parameters"]);
  checkParameters(parameters);
  const { mainSteps } = document;
  if (!Array.isArray(mainSteps) || mainSteps.length === 0) throw invalidContent('Missing "mainSteps" in the document.');
  const steps = mainSteps.map(fields);
  steps.forEach(checkStep);
  if (new Set(steps.map((step) => step["name"])).size < steps.length)
    throw invalidContent("Duplicate step names found in mainSteps of the document.");
  const named = [...JSON.stringify(steps).matchAll(placeholder)].map(([, name = ""]) => name);
  const undeclared = named.find((name) => !Object.hasOwn(parameters, name));
  if (undeclared !== undefined) throw invalidContent(`Parameter "${undeclared}" is not declared.`);
}

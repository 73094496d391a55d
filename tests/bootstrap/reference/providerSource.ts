import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Language, Parser } from "web-tree-sitter";
import type { Node } from "web-tree-sitter";

/** API operations, `service.Operation`, that the provider's code for a resource type can reach. */
export interface ProviderCalls {
  readonly create: readonly string[];
  readonly read: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
}

type Phase = keyof ProviderCalls;

/** A resource type of Terraform: its service's folder, its type name. */
export interface TerraformType {
  readonly service: string;
  readonly name: string;
}

interface Registered {
  readonly factory: string;
  /** Resource type by which the service's tagging functions know it; undefined where it has no tags. */
  readonly tagged: string | undefined;
}

/** The functions of one service's package by name; a method by `Receiver.name`. */
interface Package {
  readonly service: string;
  readonly functions: ReadonlyMap<string, Node>;
  readonly registered: ReadonlyMap<string, Registered>;
}

async function goParser(): Promise<Parser> {
  const grammars = dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm"));
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(grammars, "tree-sitter-go.wasm")));
  return parser;
}

function all(node: Node, type: string): readonly Node[] {
  return node.descendantsOfType(type);
}

function fieldText(node: Node, name: string): string {
  return node.childForFieldName(name)?.text ?? "";
}

/** `Key: value` pairs of a composite literal. */
function pairs(literal: Node): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  for (const element of literal.namedChildren) {
    if (element.type !== "keyed_element") continue;
    const [key, value] = element.namedChildren;
    if (key && value) found.set(key.text, value);
  }
  return found;
}

function registrations(root: Node): ReadonlyMap<string, Registered> {
  const found = new Map<string, Registered>();
  for (const method of all(root, "method_declaration")) {
    if (!["SDKResources", "FrameworkResources"].includes(fieldText(method, "name"))) continue;
    for (const literal of all(method, "literal_value")) {
      const fields = pairs(literal);
      const type = fields.get("TypeName")?.text.replaceAll('"', "");
      const factory = fields.get("Factory")?.text;
      if (type === undefined || factory === undefined) continue;
      const tags = fields.get("Tags")?.text;
      const identified = tags?.includes("IdentifierAttribute") === true;
      found.set(type, {
        factory,
        tagged: identified ? (/ResourceType:\s*"([^"]*)"/.exec(tags)?.[1] ?? "") : undefined,
      });
    }
  }
  return found;
}

function receiverOf(method: Node): string {
  return /(\w+)\)$/.exec(fieldText(method, "receiver"))?.[1] ?? "";
}

function readPackage(parser: Parser, folder: string, service: string): Package {
  const functions = new Map<string, Node>();
  let registered: ReadonlyMap<string, Registered> = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))) {
    const tree = parser.parse(readFileSync(join(folder, file), "utf8"));
    if (tree === null) throw new Error(`${file} could not be parsed`);
    const root = tree.rootNode;
    for (const each of all(root, "function_declaration")) functions.set(fieldText(each, "name"), each);
    for (const each of all(root, "method_declaration")) {
      functions.set(`${receiverOf(each)}.${fieldText(each, "name")}`, each);
    }
    if (file === "service_package_gen.go") registered = registrations(root);
  }
  return { service, functions, registered };
}

/** Operations that a client's helper makes under another name. */
const helpers: Readonly<Record<string, string>> = { Upload: "PutObject", UploadObject: "PutObject" };

/** The parts of a function that run for a kind of resource: of a switch over it, its own case or else the default. */
function partsFor(node: Node, resourceType: string): readonly Node[] {
  const parts: Node[] = [];
  const visit = (each: Node): void => {
    if (each.type === "expression_switch_statement" && fieldText(each, "value") === "resourceType") {
      const cases = each.namedChildren.filter((child) => child.type === "expression_case");
      const own = cases.find((child) => child.childForFieldName("value")?.text.includes(`"${resourceType}"`) === true);
      const otherwise = each.namedChildren.find((child) => child.type === "default_case");
      for (const child of (own ?? otherwise)?.namedChildren ?? []) visit(child);
      return;
    }
    parts.push(each);
    for (const child of each.namedChildren) visit(child);
  };
  visit(node);
  return parts;
}

const isClient = /^(conn|client|uploader|meta\.\(\*conns\.AWSClient\)\.\w+\(ctx\)|r\.Meta\(\)\.\w+\(ctx\))$/;

/** The operation that an expression is, if it is one. */
function operationOf(node: Node, service: string): string | undefined {
  if (node.type !== "call_expression") return undefined;
  const called = node.childForFieldName("function");
  if (called?.type !== "selector_expression") return undefined;
  const name = fieldText(called, "field");
  const paginated = /^New(\w+)Paginator$/.exec(name)?.[1];
  if (paginated !== undefined) return `${service}.${paginated}`;
  if (!isClient.test(fieldText(called, "operand")) || !/^[A-Z]/.test(name)) return undefined;
  return name === "Options" ? undefined : `${service}.${helpers[name] ?? name}`;
}

/** The package of a service; undefined for a name that is no service's. */
type Packages = (service: string) => Package | undefined;

/** A function of another service's package, by the names under which the provider imports and exports them. */
function elsewhere(packages: Packages, part: Node): readonly [Package, string] | undefined {
  const [, service, exported] = /^tf([a-z0-9]+)\.([A-Z]\w*)$/.exec(part.text) ?? [];
  if (part.type !== "selector_expression" || service === undefined || exported === undefined) return undefined;
  const there = packages(service);
  if (there === undefined) return undefined;
  const own = `${exported.charAt(0).toLowerCase()}${exported.slice(1)}`;
  return [there, there.functions.has(exported) ? exported : own];
}

/** Every operation that can be reached from some functions of a package. */
function reachable(
  packages: Packages,
  inside: Package,
  roots: readonly string[],
  resourceType: string,
): readonly string[] {
  const seen = new Set<string>();
  const operations = new Set<string>();
  const waiting = roots.map((name): readonly [Package, string] => [inside, name]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [where, name] = next;
    const declaration = where.functions.get(name);
    if (declaration === undefined || seen.has(`${where.service}.${name}`)) continue;
    seen.add(`${where.service}.${name}`);
    for (const part of partsFor(declaration, resourceType)) {
      const operation = operationOf(part, where.service);
      if (operation !== undefined) operations.add(operation);
      const other = elsewhere(packages, part);
      if (other !== undefined) waiting.push(other);
      if (part.type === "identifier") waiting.push([where, part.text]);
      if (part.type === "field_identifier") waiting.push([where, `${name.split(".")[0] ?? ""}.${part.text}`]);
    }
  }
  return [...operations].sort();
}

const sdkPhases: Readonly<Record<Phase, RegExp>> = {
  create: /\bCreate(?:WithoutTimeout|Context)?:\s*([\w.]+)/,
  read: /\bRead(?:WithoutTimeout|Context)?:\s*([\w.]+)/,
  update: /\bUpdate(?:WithoutTimeout|Context)?:\s*([\w.]+)/,
  delete: /\bDelete(?:WithoutTimeout|Context)?:\s*([\w.]+)/,
};

/** Functions that the provider runs in a phase of a resource's life. */
function rootsOf(inside: Package, { factory }: Registered, phase: Phase): readonly string[] {
  const text = inside.functions.get(factory)?.text;
  if (text === undefined) throw new Error(`${inside.service} has no ${factory}`);
  const sdk = sdkPhases[phase].exec(text)?.[1];
  if (sdk !== undefined) {
    // A method of a value that the factory makes: `h := &handler{…}`.
    const [owner = "", method] = sdk.split(".");
    const made = new RegExp(`\\b${owner}\\s*:=\\s*&(\\w+)\\{`).exec(text)?.[1];
    return [method === undefined || made === undefined ? sdk : `${made}.${method}`];
  }
  const receiver = /&(\w+)\{/.exec(text)?.[1];
  const method = `${phase.charAt(0).toUpperCase()}${phase.slice(1)}`;
  return receiver === undefined ? [] : [`${receiver}.${method}`];
}

function callsOf(packages: Packages, { service, name: type }: TerraformType): ProviderCalls {
  const inside = packages(service);
  const registered = inside?.registered.get(type);
  if (inside === undefined || registered === undefined) throw new Error(`${service} registers no ${type}`);
  const { tagged } = registered;
  // The provider reads tags after every creation and reading, and changes them before an update.
  const tagging: Readonly<Partial<Record<Phase, string>>> =
    tagged === undefined ? {} : { read: "servicePackage.ListTags", update: "servicePackage.UpdateTags" };
  const phase = (name: Phase): readonly string[] => {
    const roots = rootsOf(inside, registered, name);
    const tags = tagging[name];
    return reachable(packages, inside, tags === undefined ? roots : [...roots, tags], tagged ?? "");
  };
  return { create: phase("create"), read: phase("read"), update: phase("update"), delete: phase("delete") };
}

/**
 * Reads which API operations the AWS provider can call for a resource type, from its own source: everything that its
 * functions reach within their package. That is more than a given stack needs, because some calls belong to inputs it
 * does not set; a call made by another package's helper is not seen.
 *
 * @param folder source of terraform-provider-aws
 */
export async function providerCalls(
  folder: string,
  types: Readonly<Record<string, TerraformType>>,
): Promise<Readonly<Record<string, ProviderCalls>>> {
  const parser = await goParser();
  const read = new Map<string, Package>();
  const packages: Packages = (service) => {
    const place = join(folder, "internal/service", service);
    if (!read.has(service) && existsSync(place)) read.set(service, readPackage(parser, place, service));
    return read.get(service);
  };
  return Object.fromEntries(Object.entries(types).map(([token, type]) => [token, callsOf(packages, type)]));
}

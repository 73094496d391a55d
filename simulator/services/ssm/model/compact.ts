import type { Shape } from "./shapes.ts";

interface PublicShape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface PublicModel {
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input: { readonly shape: string };
        readonly output?: { readonly shape: string };
        readonly errors?: readonly { readonly shape: string }[];
      }
    >
  >;
  readonly shapes: Readonly<Record<string, PublicShape>>;
}

const keptConstraints = ["required", "min", "max", "pattern", "enum"] as const;

function compactShape(shape: PublicShape): Shape {
  const kept = Object.fromEntries(
    keptConstraints.filter((name) => shape[name] !== undefined).map((name) => [name, shape[name]]),
  );
  const members =
    shape.members === undefined
      ? {}
      : { members: Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, member.shape])) };
  return {
    type: shape.type,
    ...members,
    ...(shape.member === undefined ? {} : { member: shape.member.shape }),
    ...(shape.key === undefined ? {} : { key: shape.key.shape }),
    ...(shape.value === undefined ? {} : { value: shape.value.shape }),
    ...kept,
  } as Shape;
}

/**
 * The part of the public API model (botocore's `service-2.json`) that the embedded cloud checks requests and
 * responses against: for the named operations, every reachable shape's type, members, required members, lengths,
 * patterns and enums. One shape per line, sorted, so that a newer model is a readable diff.
 */
export function compactModel(modelText: string, operationNames: readonly string[]): string {
  const model = JSON.parse(modelText) as PublicModel;
  const reached = new Map<string, Shape>();
  const errors = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    const shape = model.shapes[name];
    if (shape === undefined) throw new Error(`shape ${name} is not in the model`);
    reached.set(name, compactShape(shape));
    for (const member of Object.values(shape.members ?? {})) reach(member.shape);
    for (const part of [shape.member, shape.key, shape.value]) if (part !== undefined) reach(part.shape);
  };
  const operations = operationNames.map((name) => {
    const operation = model.operations[name];
    if (operation === undefined) throw new Error(`operation ${name} is not in the model`);
    reach(operation.input.shape);
    if (operation.output !== undefined) reach(operation.output.shape);
    for (const error of operation.errors ?? []) errors.add(error.shape);
    return `    ${JSON.stringify(name)}: ${JSON.stringify([operation.input.shape, operation.output?.shape ?? null, operation.errors?.map((error) => error.shape) ?? []])}`;
  });
  for (const error of errors) reach(error);
  const shapes = [...reached]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, shape]) => `    ${JSON.stringify(name)}: ${JSON.stringify(shape)}`);
  return `{\n  "operations": {\n${operations.join(",\n")}\n  },\n  "shapes": {\n${shapes.join(",\n")}\n  }\n}`;
}

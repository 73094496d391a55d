import { canonical, fromWire, isList, isRecord, type Value } from "./values.ts";
import type { SameText } from "./schema.ts";

function parsed(text: string): Value | undefined {
  try {
    return fromWire(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether two texts are the same JSON, whatever their spacing and key order. */
export const sameJson: SameText = (left, right) => {
  const one = parsed(left);
  const other = parsed(right);
  return left === right || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
};

function asList(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}

function sortedTexts(value: Value): Value {
  return [...new Set(asList(value).map((item) => (typeof item === "string" ? item : canonical(item))))].sort();
}

/** An account by its id alone; AWS answers with the ARN of its root. */
function account(name: Value): Value {
  return typeof name === "string" ? name.replace(/^arn:[^:]+:iam::(\d{12}):root$/, "$1") : name;
}

function principal(value: Value): Value {
  if (value === "*") {
    return { AWS: ["*"] };
  }
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, sortedTexts(asList(names).map(account))]))
    : value;
}

function condition(value: Value): Value {
  if (!isRecord(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => [
      operator,
      isRecord(keys) ? Object.fromEntries(Object.entries(keys).map(([key, texts]) => [key, sortedTexts(texts)])) : keys,
    ]),
  );
}

const listElements: ReadonlySet<string> = new Set(["Action", "NotAction", "Resource", "NotResource"]);

function statement(value: Value): Value {
  if (!isRecord(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => {
      if (listElements.has(key)) {
        return [key, sortedTexts(element)];
      }
      if (key === "Principal" || key === "NotPrincipal") {
        return [key, principal(element)];
      }
      return [key, key === "Condition" ? condition(element) : element];
    }),
  );
}

function policyForm(text: string): string | undefined {
  const value = parsed(text);
  if (!isRecord(value)) {
    return undefined;
  }
  const statements = asList(value["Statement"] ?? []).map((each) => canonical(statement(each)));
  return canonical({ ...value, Statement: statements.sort() });
}

/**
 * Whether two policy documents mean the same: the order of statements, actions, resources, principals and condition
 * values does not count, nor does a list of one against its only item, nor an account's id against the ARN of its root.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const samePolicy: SameText = (left, right) => {
  if (left === right) {
    return true;
  }
  const [one, other] = [policyForm(left), policyForm(right)];
  return one !== undefined && one === other;
};

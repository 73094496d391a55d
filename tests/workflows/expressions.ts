import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** What an expression may look up, e.g. `{ github: { base_ref: "main" } }`; what is not there is null, as on GitHub. */
export type Contexts = Readonly<Record<string, unknown>>;

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts */
const known = ["github", "env", "vars", "jobs", "steps", "strategy", "matrix", "needs", "inputs"];

function dataOf(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;
}

/** Functions that only a runner knows the answer of: how the steps before ended is `success` of the contexts. */
function runnersFunctions(contexts: Contexts) {
  const answers = { always: true, success: contexts["success"] !== false };
  return Object.entries(answers).map(([name, answer]) => {
    return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) };
  });
}

function evaluated(text: string, contexts: Contexts): data.ExpressionData {
  const names = [...new Set([...known, ...Object.keys(contexts)])];
  const functions = runnersFunctions(contexts);
  const read = new Parser(new Lexer(text).lex().tokens, names, functions).parse();
  const pairs = names.map((key) => ({ key, value: dataOf(contexts[key] ?? null) }));
  const evaluator = new Evaluator(
    read,
    new data.Dictionary(...pairs),
    new Map(functions.map((each) => [each.name, each])),
  );
  return evaluator.evaluate();
}

/** The value of an expression without its `${{ }}`, by GitHub's own evaluator; what that cannot read is an error. */
export function evaluate(text: string, contexts: Contexts): unknown {
  return JSON.parse(JSON.stringify(evaluated(text, contexts), data.replacer)) as unknown;
}

/** A text with the values of the expressions in it; null is nothing, as on GitHub. */
export function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluated(expression, contexts).coerceString(),
  );
}

/**
 * A small reader of GitHub's workflow expressions: what the project's workflows are written with, and an error for
 * everything else, so that no condition is waved through unread.
 *
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions
 */

/** What an expression may look up, e.g. `{ github: { base_ref: "main" } }`; what is not there is null, as on GitHub. */
export type Contexts = Readonly<Record<string, unknown>>;

const token = /\s*('(?:[^']|'')*'|&&|\|\||==|!=|[()[\],]|!|-?\d+|[A-Za-z_][\w-]*(?:\.(?:\*|[\w-]+))*)/y;

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`unread at ${String(at)} of the expression: ${text}`);
    found.push(match[1] ?? "");
  }
  return found;
}

function lookUp(path: string, contexts: Contexts): unknown {
  let value: unknown = contexts;
  for (const part of path.split(".")) {
    if (part === "*") {
      value = Object.values((value ?? {}) as Record<string, unknown>);
    } else if (Array.isArray(value)) {
      value = value.map((each: unknown) => (each as Record<string, unknown> | null)?.[part] ?? null);
    } else value = (value as Record<string, unknown> | null | undefined)?.[part] ?? null;
  }
  return value;
}

/** What differs in type is compared as numbers, so that nothing and an empty text are the same; texts without case. */
function same(left: unknown, right: unknown): boolean {
  if (typeof left !== typeof right) return Number(left) === Number(right);
  const plain = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);
  return plain(left) === plain(right);
}

function called(name: string, args: readonly unknown[], contexts: Contexts): unknown {
  switch (name) {
    case "always":
      return true;
    case "success":
      return contexts["success"] ?? true;
    case "contains":
      return Array.isArray(args[0]) && args[0].some((each) => same(each, args[1]));
    case "format":
      return String(args[0]).replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index) + 1]));
    case "fromJSON":
      return JSON.parse(String(args[0])) as unknown;
    default:
      throw new Error(`unknown function ${name}`);
  }
}

class Reader {
  readonly #rest: string[];
  readonly #contexts: Contexts;

  constructor(text: string, contexts: Contexts) {
    this.#rest = tokens(text);
    this.#contexts = contexts;
  }

  whole(): unknown {
    const value = this.#or();
    if (this.#rest.length > 0) throw new Error(`unread: ${this.#rest.join(" ")}`);
    return value;
  }

  #take(wanted: string): boolean {
    if (this.#rest[0] !== wanted) return false;
    this.#rest.shift();
    return true;
  }

  #or(): unknown {
    let value = this.#and();
    while (this.#take("||")) {
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  #and(): unknown {
    let value = this.#comparison();
    while (this.#take("&&")) {
      const right = this.#comparison();
      value = value && right;
    }
    return value;
  }

  #comparison(): unknown {
    const left = this.#indexed();
    if (this.#take("==")) return same(left, this.#indexed());
    if (this.#take("!=")) return !same(left, this.#indexed());
    return left;
  }

  #indexed(): unknown {
    let value = this.#primary();
    while (this.#take("[")) {
      const key = String(this.#or());
      if (!this.#take("]")) throw new Error("a bracket is not closed");
      value = (value as Record<string, unknown> | null)?.[key] ?? null;
    }
    return value;
  }

  #primary(): unknown {
    if (this.#take("!")) return !this.#primary();
    if (this.#take("(")) {
      const value = this.#or();
      if (!this.#take(")")) throw new Error("a bracket is not closed");
      return value;
    }
    const next = this.#rest.shift();
    if (next === undefined) throw new Error("the expression ends early");
    if (next.startsWith("'")) return next.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d+$/.test(next)) return Number(next);
    if (next === "true" || next === "false") return next === "true";
    if (!/^[A-Za-z_]/.test(next)) throw new Error(`unexpected ${next}`);
    if (!this.#take("(")) return lookUp(next, this.#contexts);
    const args: unknown[] = [];
    while (!this.#take(")")) {
      args.push(this.#or());
      this.#take(",");
    }
    return called(next, args, this.#contexts);
  }
}

/** The value of an expression without its `${{ }}`. */
export function evaluate(text: string, contexts: Contexts): unknown {
  return new Reader(text, contexts).whole();
}

/** A text with the values of the expressions in it; null is nothing, as on GitHub. */
export function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = evaluate(expression, contexts);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  });
}

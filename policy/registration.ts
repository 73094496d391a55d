/** One registration of the program as the engine receives it; secret marks are taken off the inputs. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Id in the cloud, `""` for a component. */
  readonly id: string;
  /** `urn::id` of the explicit provider, `""` for the default one. */
  readonly provider: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that are secret, e.g. `protectedSettings`. */
  readonly secretPaths: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Computed ARN; undefined for what has none. */
  readonly arn?: string;
  /** What a component or the stack hands out, without what is marked secret. */
  readonly openOutputs: unknown;
  /** What may change or run something beside the registration itself, e.g. `transforms`, `hooks`, `pluginDownloadURL`. */
  readonly extras: readonly string[];
}

/** Something that must never be merged. */
export interface Violation {
  /** Id of the rule. */
  readonly rule: string;
  readonly urn: string;
  /** What is wrong, lower case, no full stop. */
  readonly message: string;
}

/** A rule over everything a program registers; it says what is wrong with which resource. */
export type Rule = (all: readonly Registration[]) => readonly Omit<Violation, "rule">[];

/** A rule that looks at one resource at a time. */
export function perResource(look: (each: Registration) => string | undefined): Rule {
  return (all) =>
    all.flatMap((each) => {
      const message = look(each);
      return message === undefined ? [] : [{ urn: each.urn, message }];
    });
}

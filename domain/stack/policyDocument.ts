type OneOrMore<T> = T | readonly T[];

/**
 * One statement of an IAM policy, with the elements the project uses.
 * @typeParam Arn - what a resource is named by: its ARN, or what will be one
 */
export interface PolicyStatement<Arn = string> {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly AWS: OneOrMore<string> } | { readonly Service: OneOrMore<string> };
  readonly Action: OneOrMore<string>;
  readonly Resource?: OneOrMore<Arn>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string>>>>>;
}

/** An IAM policy: identity, trust, bucket, topic, queue or key policy alike. */
export interface PolicyDocument<Arn = string> {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement<Arn>[];
}

/** A policy of these statements, in this order. */
export function policyDocument<Arn = string>(...statements: readonly PolicyStatement<Arn>[]): PolicyDocument<Arn> {
  return { Version: "2012-10-17", Statement: statements };
}

import type * as pulumi from "@pulumi/pulumi";

type OneOrMore<T> = T | readonly T[];

/** One statement of an IAM policy, with the elements the project uses. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly AWS: OneOrMore<string> } | { readonly Service: OneOrMore<string> };
  readonly Action: OneOrMore<string>;
  readonly Resource?: OneOrMore<pulumi.Input<string>>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string>>>>>;
}

/** An IAM policy: identity, trust, bucket, topic, queue or key policy alike. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** A policy of these statements, in this order. */
export function policyDocument(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

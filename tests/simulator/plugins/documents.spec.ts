import { expect } from "chai";
import { sameJson, samePolicy } from "../../../simulator/plugins/documents.ts";

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", Principal: { AWS: "1" } };
const deny = { Effect: "Deny", Action: ["b:C", "a:B"], Resource: "*", Principal: "*" };

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

describe("policy documents mean the same", () => {
  const same: readonly (readonly [string, string, string])[] = [
    ["with statements in another order", policy(allow, deny), policy(deny, allow)],
    ["with actions in another order", policy(deny), policy({ ...deny, Action: ["a:B", "b:C"] })],
    ["with one item instead of a list of one", policy(allow), policy({ ...allow, Action: ["s3:GetObject"] })],
    ["with a statement outside a list", policy(allow), JSON.stringify({ Version: "2012-10-17", Statement: allow })],
    ["with the principal in its long form", policy(deny), policy({ ...deny, Principal: { AWS: "*" } })],
    ["with other keys first", '{"A":1,"B":2}', '{"B":2,"A":1}'],
    [
      "with a boolean in a condition written as a text",
      policy({ ...allow, Condition: { Bool: { "aws:SecureTransport": false } } }),
      policy({ ...allow, Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ],
  ];
  for (const [how, left, right] of same) {
    it(how, () => {
      expect(samePolicy(left, right)).to.equal(true);
    });
  }
});

describe("policy documents differ", () => {
  const different: readonly (readonly [string, string, string])[] = [
    ["in an action", policy(allow), policy({ ...allow, Action: "s3:PutObject" })],
    ["in the effect", policy(allow), policy({ ...allow, Effect: "Deny" })],
    ["in a statement more", policy(allow), policy(allow, deny)],
    ["in a condition", policy(allow), policy({ ...allow, Condition: { StringEquals: { a: "b" } } })],
    ["when one is no JSON", policy(allow), "{"],
  ];
  for (const [how, left, right] of different) {
    it(how, () => {
      expect(samePolicy(left, right)).to.equal(false);
    });
  }
});

describe("JSON documents", () => {
  it("are the same whatever their layout, and keep the order of their lists", () => {
    expect(sameJson('{"a":[1,2],"b":1}', '{ "b": 1, "a": [1, 2] }')).to.equal(true);
    expect(sameJson('{"a":[1,2]}', '{"a":[2,1]}')).to.equal(false);
  });

  it("are only the same as themselves when they cannot be read", () => {
    expect(sameJson("{", "{")).to.equal(true);
    expect(sameJson("{", "{}")).to.equal(false);
  });
});

import { expect } from "chai";
import { judge, judgeAll, type AccessRequest } from "../../../simulator/services/iam/evaluator.ts";

const role = "arn:aws:iam::111122223333:role/node";
const object = "arn:aws:s3:::bucket/logs/one";

function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return { principal: { role }, action: "s3:GetObject", resource: object, ...changes };
}

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/logs/*" };

function underCondition(condition: object, context: Readonly<Record<string, string>>): string {
  return judge(request({ context }), { identity: [policy({ ...allow, Condition: condition })] });
}

describe("IAM evaluator", () => {
  it("denies by default", () => {
    expect(judge(request(), {})).to.equal("denied by default");
    expect(judge(request({ action: "s3:PutObject" }), { identity: [policy(allow)] })).to.equal("denied by default");
    expect(judge(request({ resource: "arn:aws:s3:::bucket/other" }), { identity: [policy(allow)] })).to.equal(
      "denied by default",
    );
  });

  it("allows by one identity statement, whatever the case of the action", () => {
    expect(judge(request({ action: "S3:getobject" }), { identity: [policy(allow)] })).to.equal("allowed");
  });

  it("lets an explicit denial win over every allowance", () => {
    const deny = { ...allow, Effect: "Deny" };
    expect(judge(request(), { identity: [policy(allow, deny)] })).to.equal("denied explicitly");
    expect(judge(request(), { identity: [policy(allow)], resource: policy({ ...deny, Principal: "*" }) })).to.equal(
      "denied explicitly",
    );
  });

  it("reads NotAction and NotResource as everything else", () => {
    const notAction = policy({ Effect: "Allow", NotAction: "s3:Put*", Resource: "*" });
    expect(judge(request(), { identity: [notAction] })).to.equal("allowed");
    expect(judge(request({ action: "s3:PutObject" }), { identity: [notAction] })).to.equal("denied by default");
    const notResource = policy({ Effect: "Deny", Action: "s3:*", NotResource: "arn:aws:s3:::bucket/logs/*" });
    expect(judge(request(), { identity: [policy(allow), notResource] })).to.equal("allowed");
    expect(judge(request({ resource: "arn:aws:s3:::bucket/x" }), { identity: [notResource] })).to.equal(
      "denied explicitly",
    );
  });

  it("never lets a wildcard reach over a colon of an ARN, but over slashes and inside the last field", () => {
    const document = "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline";
    const cases: readonly (readonly [string, string, boolean])[] = [
      ["arn:aws:ssm:us-east-1:*:document/AWS-*", document, true],
      ["arn:aws:ssm:*:document/AWS-*", document, false],
      ["arn:aws:ssm:us-east-1::document/AWS-RunPatchBaselin?", document, true],
      ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", true],
      ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket2/a", false],
      ["arn:aws:ssm:r:a:automation-definition/X:*", "arn:aws:ssm:r:a:automation-definition/X:$DEFAULT", true],
      ["arn:aws:s3:::buc.et/*", "arn:aws:s3:::bucket/a", false],
    ];
    for (const [pattern, resource, matches] of cases) {
      const verdict = judge(request({ resource }), {
        identity: [policy({ Effect: "Allow", Action: "s3:GetObject", Resource: pattern })],
      });
      expect(verdict, `${pattern} ${resource}`).to.equal(matches ? "allowed" : "denied by default");
    }
  });

  it("judges each operator, with the key present and absent", () => {
    const cases: readonly (readonly [string, string | readonly string[], string, boolean, boolean])[] = [
      ["StringEquals", ["b", "a"], "a", true, false],
      ["StringEquals", "a*", "ab", false, false],
      ["StringNotEquals", "a", "a", false, true],
      ["StringLike", "a*", "ab", true, false],
      ["StringNotLike", ["x", "a*"], "ab", false, true],
      ["ArnEquals", "arn:aws:ssm:*:1:x/*", "arn:aws:ssm:eu:1:x/y", true, false],
      ["ArnLike", "arn:aws:ssm:*:1:x/*", "arn:aws:ssm:eu:2:x/y", false, false],
      ["ArnNotEquals", role, role, false, true],
      ["ArnNotLike", role, "arn:aws:iam::1:role/other", true, true],
      ["Bool", "false", "false", true, false],
      ["StringEqualsIfExists", "a", "b", false, true],
      ["ForAllValues:StringEquals", ["a", "b"], "b", true, true],
      ["ForAnyValue:StringEquals", ["a", "b"], "b", true, false],
      ["Null", "true", "x", false, true],
      ["Null", "false", "x", true, false],
    ];
    for (const [operator, wanted, got, present, absent] of cases) {
      const condition = { [operator]: { "some:Key": wanted } };
      const label = `${operator} ${String(wanted)} ${got}`;
      expect(underCondition(condition, { "SOME:key": got }), label).to.equal(present ? "allowed" : "denied by default");
      expect(underCondition(condition, {}), `${label}, absent`).to.equal(absent ? "allowed" : "denied by default");
    }
  });

  it("judges every value of a key that has several, all of them or any", () => {
    const keys = { "aws:TagKeys": ["Name", "Owner"] };
    const under = (operator: string, wanted: readonly string[]): string =>
      judge(request({ context: keys }), {
        identity: [policy({ ...allow, Condition: { [operator]: { "aws:TagKeys": wanted } } })],
      });
    expect(under("ForAllValues:StringEquals", ["Name", "Owner", "More"])).to.equal("allowed");
    expect(under("ForAllValues:StringEquals", ["Name"])).to.equal("denied by default");
    expect(under("ForAnyValue:StringEquals", ["Owner"])).to.equal("allowed");
    expect(under("ForAnyValue:StringEquals", ["More"])).to.equal("denied by default");
  });

  it("allows nothing that the role's boundary does not allow as well, and lets its denials win", () => {
    const all = policy({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    const identity = [all];
    expect(judge(request(), { identity, boundary: policy(allow) })).to.equal("allowed");
    expect(judge(request({ action: "s3:PutObject" }), { identity, boundary: policy(allow) })).to.equal(
      "denied by default",
    );
    expect(judge(request(), { boundary: policy(allow) })).to.equal("denied by default");
    const denying = policy({ Effect: "Allow", Action: "*", Resource: "*" }, { ...allow, Effect: "Deny" });
    expect(judge(request(), { identity, boundary: denying })).to.equal("denied explicitly");
  });

  it("wants every operator and every key of a condition to hold", () => {
    const condition = { StringEquals: { "a:A": "1", "b:B": "2" }, Bool: { "c:C": "true" } };
    expect(underCondition(condition, { "a:A": "1", "b:B": "2", "c:C": "true" })).to.equal("allowed");
    expect(underCondition(condition, { "a:A": "1", "b:B": "2", "c:C": "false" })).to.equal("denied by default");
    expect(underCondition(condition, { "a:A": "1", "c:C": "true" })).to.equal("denied by default");
  });

  it("knows roles, services and everybody as principals, and what is not one of them", () => {
    const grant = (principal: object | string): string => policy({ ...allow, Principal: principal });
    const service = request({ principal: { service: "ssm.amazonaws.com" } });
    expect(judge(request(), { resource: grant({ AWS: role }) })).to.equal("allowed");
    expect(judge(service, { resource: grant({ AWS: role }) })).to.equal("denied by default");
    expect(judge(service, { resource: grant({ Service: ["ssm.amazonaws.com"] }) })).to.equal("allowed");
    expect(judge(request(), { resource: grant({ Service: "ssm.amazonaws.com" }) })).to.equal("denied by default");
    expect(judge(service, { resource: grant("*") })).to.equal("allowed");
    const others = policy({ ...allow, Effect: "Deny", NotPrincipal: { AWS: role } });
    expect(judge(request(), { identity: [policy(allow)], resource: others })).to.equal("allowed");
    expect(judge(service, { resource: others })).to.equal("denied explicitly");
  });

  it("takes the account's root in a resource policy for leave to hand on, not for a grant", () => {
    const root = policy({ ...allow, Principal: { AWS: "arn:aws:iam::111122223333:root" } });
    expect(judge(request(), { key: root })).to.equal("denied by default");
    expect(judge(request(), { key: root, identity: [policy(allow)] })).to.equal("allowed");
    expect(judge(request(), { key: policy(), identity: [policy(allow)] })).to.equal("denied by default");
  });

  it("gives a role its aws:PrincipalArn and a service none", () => {
    const deny = policy({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": role } },
    });
    expect(judge(request(), { identity: [policy(allow)], resource: deny })).to.equal("allowed");
    expect(judge(request({ principal: { service: "ssm.amazonaws.com" } }), { resource: deny })).to.equal(
      "denied explicitly",
    );
  });

  it("wants every resource of a call allowed, and lets one denial decide", () => {
    const both = { identity: [policy({ Effect: "Allow", Action: "ssm:SendCommand", Resource: ["a", "b"] })] };
    const on = (resource: string): AccessRequest => request({ action: "ssm:SendCommand", resource });
    expect(judgeAll([on("a"), on("b")], both)).to.equal("allowed");
    expect(judgeAll([on("a"), on("c")], both)).to.equal("denied by default");
    const denied = policy({ Effect: "Deny", Action: "ssm:SendCommand", Resource: "b" });
    expect(judgeAll([on("c"), on("b")], { identity: [...both.identity, denied] })).to.equal("denied explicitly");
  });

  it("throws on whatever it does not know", () => {
    const broken: readonly (readonly [string, RegExp])[] = [
      [policy({ ...allow, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }), /operator IpAddress/],
      [policy({ ...allow, Condition: { IpAddressIfExists: { "a:A": "1" } } }), /operator IpAddressIfExists/],
      [policy({ ...allow, Condition: { StringEquals: { "a:A": [] } } }), /without a value/],
      [policy({ ...allow, Resources: "*" }), /element Resources/],
      [policy({ Effect: "allow", Action: "*", Resource: "*" }), /effect allow/],
      [policy({ Effect: "Allow", Resource: "*" }), /needs Action/],
      [policy({ ...allow, Principal: "*" }), /misplaced principal/],
      [policy({ ...allow, Resource: "arn:aws:s3:::${aws:username}" }), /policy variables/],
      ['{"Statement":[]}', /version 2012-10-17/],
    ];
    for (const [text, message] of broken) expect(() => judge(request(), { identity: [text] }), text).to.throw(message);
    expect(() => judge(request(), { resource: policy(allow) })).to.throw(/misplaced principal/);
    expect(() => judge(request(), { resource: policy({ ...allow, Principal: { CanonicalUser: "x" } }) })).to.throw(
      /principal CanonicalUser/,
    );
  });
});

import { expect } from "chai";
import { checkInputs } from "../../../simulator/plugins/check.ts";
import {
  flag,
  integer,
  list,
  map,
  object,
  optional,
  output,
  required,
  set,
  text,
  uncovered,
} from "../../../simulator/plugins/schema.ts";
import { arn, json, length, oneOf, policy, timestamp } from "../../../simulator/plugins/textChecks.ts";
import { unknownValue } from "../../../simulator/plugins/values.ts";

const table = {
  ...uncovered("acl"),
  arn: output(),
  cutoff: required(integer(0, 23)),
  enabled: optional(flag, { default: true }),
  name: required(text(length(3, 5))),
  rules: optional(list(object({ level: optional(text(oneOf("LOW", "HIGH")), { default: "LOW" }) }), { max: 2 })),
  tags: optional(map()),
  values: optional(set(text(), { min: 1 })),
};

function paths(inputs: Parameters<typeof checkInputs>[1]): readonly string[] {
  return checkInputs(table, inputs).failures.map(({ path }) => path);
}

describe("the check of a resource's inputs", () => {
  it("passes good inputs and fills in defaults, also nested ones", () => {
    const { inputs, failures } = checkInputs(table, { cutoff: 0, name: "abc", rules: [{}, { level: "HIGH" }] });
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal({
      cutoff: 0,
      enabled: true,
      name: "abc",
      rules: [{ level: "LOW" }, { level: "HIGH" }],
    });
  });

  it("lists every fault at once", () => {
    const faulty = {
      cutoff: 24,
      nmae: "x",
      enabled: "yes",
      rules: [{ level: "MIDDLE" }, { levle: 1 }],
      acl: "private",
    };
    expect(paths(faulty)).to.have.members([
      "nmae",
      "acl",
      "cutoff",
      "enabled",
      "name",
      "rules[0].level",
      "rules[1].levle",
    ]);
  });

  it("says what was got and what is allowed", () => {
    const reasons = checkInputs(table, { cutoff: 24, name: "abcdef" }).failures.map(({ reason }) => reason);
    expect(reasons).to.deep.equal(["must be 0 to 23, got 24", "must be 3 to 5 characters long, got 6"]);
  });

  it("refuses an output as an input", () => {
    expect(paths({ cutoff: 1, name: "abc", arn: "arn:aws:ssm:::x" })).to.deep.equal(["arn"]);
  });

  it("refuses what the stand-in does not cover, in words of its own", () => {
    const [failure] = checkInputs(table, { cutoff: 1, name: "abc", acl: "private" }).failures;
    expect(failure?.reason).to.include("not covered");
  });

  it("counts the items of lists and sets", () => {
    expect(paths({ cutoff: 1, name: "abc", rules: [{}, {}, {}], values: [] })).to.deep.equal(["rules", "values"]);
  });

  it("wants texts in maps, where a number would be written", () => {
    expect(paths({ cutoff: 1, name: "abc", tags: { Size: 3 } })).to.deep.equal(["tags.Size"]);
  });

  it("refuses a fraction where a whole number is wanted", () => {
    expect(paths({ cutoff: 1.5, name: "abc" })).to.deep.equal(["cutoff"]);
  });

  it("lets unknowns pass wherever they stand", () => {
    expect(
      paths({ cutoff: unknownValue, name: unknownValue, rules: [unknownValue], tags: { a: unknownValue } }),
    ).to.deep.equal([]);
  });
});

describe("the checks of texts", () => {
  const cases: readonly (readonly [string, (text: string) => string | undefined, string, boolean])[] = [
    ["an ARN", arn, "arn:aws:iam::123456789012:role/x", true],
    ["an ARN of AWS itself", arn, "arn:aws:iam::aws:policy/x", true],
    ["a role name is no ARN", arn, "role/x", false],
    ["an ARN with half an account", arn, "arn:aws:iam::1234:role/x", false],
    ["JSON", json, "[1]", true],
    ["broken JSON", json, "{", false],
    ["a policy", policy, '{"Version":"2012-10-17"}', true],
    ["a policy in a text", policy, '"{}"', false],
    ["a policy with leading blanks", policy, " {}", false],
    ["a time", timestamp, "2026-12-06T22:00:00Z", true],
    ["a date without a time", timestamp, "2026-12-06", false],
  ];
  for (const [what, check, value, good] of cases) {
    it(`${good ? "take" : "refuse"}: ${what}`, () => {
      expect(check(value) === undefined).to.equal(good);
    });
  }
});

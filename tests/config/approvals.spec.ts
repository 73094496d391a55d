import { expect } from "chai";
import { blobId } from "../../domain/approvals/blobId.ts";
import { approvalsFile, expectOnly, fleetText, planeOf, resolve, smallSettings } from "./sources.ts";

const settings = { ...smallSettings, groups: { ...(smallSettings["groups"] as object), "prod-sensitive": {} } };
const fleet = { "fleet.csv": fleetText({}, { id: "i-0123456789abcdef1", patch_group: "prod-sensitive" }) };

function withFiles(files: Readonly<Record<string, string>>) {
  return resolve(settings, { ...fleet, ...files });
}

describe("approvals files", () => {
  it("are in force when they are the newest of their group", () => {
    const { plane } = planeOf(
      withFiles({
        "approvals/README.md": "# how",
        "approvals/prod-sensitive/2026-11-01.yaml": approvalsFile({ note: "older" }),
        "approvals/prod-sensitive/2026-12-01.yaml": approvalsFile({ note: "newest" }),
      }),
    );
    expect(plane.approvals).to.deep.equal({
      "prod-sensitive": {
        group: "prod-sensitive",
        file: "approvals/prod-sensitive/2026-12-01.yaml",
        blob: blobId(approvalsFile({ note: "newest" })),
        scanId: "11111111-2222-4333-8444-555555555555",
        note: "newest",
        expires: "2026-12-20T06:00:00Z",
        patches: { UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.20" }] },
      },
    });
  });

  it("are looked for in the folder that the stack file names", () => {
    const files = { ...fleet, "yes/prod-sensitive/2026-12-01.yaml": approvalsFile() };
    const { plane } = planeOf(resolve({ ...settings, approvals: "yes" }, files));
    expect(Object.keys(plane.approvals)).to.deep.equal(["prod-sensitive"]);
  });

  const newest = "approvals/prod-sensitive/2026-12-01.yaml";
  const cases: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, ...shows: string[]]>> = {
    "of a group that does not exist": [
      { "approvals/prod-sensitiv/2026-12-01.yaml": approvalsFile() },
      "approvals/prod-sensitiv: group: there is no such group",
      'did you mean "prod-sensitive"?',
    ],
    "of an automatic group": [
      { "approvals/prod-auto/2026-12-01.yaml": approvalsFile() },
      "approvals/prod-auto: group: approvals are for groups with approval: reviewed",
    ],
    "whose name is no date": [
      { "approvals/prod-sensitive/2026-02-30.yaml": approvalsFile() },
      "approvals/prod-sensitive/2026-02-30.yaml: name: the file's name is no date",
    ],
    "outside a group's folder": [
      { "approvals/2026-12-01.yaml": approvalsFile() },
      "approvals/2026-12-01.yaml: name: an approvals file stands in its group's folder",
    ],
    "with a line that is no YAML": [{ [newest]: "scan: [\nnote: x\n" }, `${newest}:2: yaml:`],
    "whose scan is none": [
      { [newest]: approvalsFile({ scan: "the one of Tuesday" }) },
      `${newest}:2: scan: is malformed`,
    ],
    "without expiry": [{ [newest]: approvalsFile({ expires: undefined }) }, `${newest}:1: expires: is missing`],
    "whose expiry is bare": [
      { [newest]: "scan: 11111111-2222-4333-8444-555555555555\nnote: n\nexpires: 2026-12-20T06:00:00Z\npatches: {}\n" },
      `${newest}:3: expires: is a bare date, which YAML reads as a point in time, got "2026-12-20 06:00:00 +0000 UTC"; quote it: "2026-12-20T06:00:00Z"`,
    ],
    "whose expiry is bare and of another zone": [
      {
        [newest]:
          "scan: 11111111-2222-4333-8444-555555555555\nnote: n\nexpires: 2026-12-20T01:00:00+02:00\npatches: {}\n",
      },
      `got "2026-12-20 01:00:00 +0200 +0200"; quote it: "2026-12-19T23:00:00Z"`,
    ],
    "whose expiry does not exist": [
      { [newest]: approvalsFile({ expires: "2026-13-20T06:00:00Z" }) },
      `${newest}:4: expires: not a point in time`,
    ],
    "whose expiry is the 31st of February": [
      { [newest]: approvalsFile({ expires: "2027-02-31T06:00:00Z" }) },
      `${newest}:4: expires: not a point in time`,
    ],
    "whose expiry is hour 24": [
      { [newest]: approvalsFile({ expires: "2026-12-20T24:00:00Z" }) },
      `${newest}:4: expires: not a point in time`,
    ],
    "that expires before its own date": [
      { [newest]: approvalsFile({ expires: "2026-11-30T06:00:00Z" }) },
      `${newest}:4: expires: ends before the file's own date`,
    ],
    "whose ending is in capitals": [
      { "approvals/prod-sensitive/2026-12-01.YAML": approvalsFile() },
      "approvals/prod-sensitive/2026-12-01.YAML: name: the file's name is no date",
    ],
    "with an anchor that holds itself": [
      { [newest]: "scan: &a [*a]\n" },
      `${newest}:1: scan[0]: the anchor holds itself`,
    ],
    "with a bare version, which is a number": [
      {
        [newest]:
          'scan: 11111111-2222-4333-8444-555555555555\nnote: n\nexpires: "2026-12-20T06:00:00Z"\npatches:\n  UBUNTU:\n    - { id: a.amd64, title: 1.10 }\n',
      },
      `${newest}:6: patches.UBUNTU[0].title: must be text, got 1.1`,
      "quote it",
    ],
    "with an entry that matches nothing": [
      { [newest]: approvalsFile({ patches: { UBUNTU: [{ id: "tzdata.all", title: "2024a" }] } }) },
      `${newest}:7: patches.UBUNTU[0]`,
      "matches nothing",
    ],
  };

  for (const [what, [files, ...shows]] of Object.entries(cases)) {
    it(`fail ${what}`, () => {
      expectOnly(withFiles(files), ...shows);
    });
  }
});

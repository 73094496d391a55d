import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { readPlaneFrom } from "../../config/file.ts";
import { formatFault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { planEnvironment, writeEnvironment, type NewFile, type Wanted } from "../../operations/init.ts";
import { emptyFleet } from "../../operations/initText.ts";
import { folderOfEach } from "../harness/folders.ts";
import { filesOf, root } from "../config/sources.ts";

const wanted: Wanted = {
  environment: "qa",
  timezone: "Europe/Berlin",
  production: false,
  locations: [{ name: "euc1", accountId: "012345678901", region: "eu-central-1" }],
  subscriptions: [
    {
      name: "core",
      subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01",
      location: "euc1",
      onboarding: "runCommand",
    },
  ],
  emails: ["qa@example.com"],
};

const prod = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
const fleet = readFileSync(join(root, "fleet/prod.csv"), "utf8");
const beside = { "Pulumi.prod.yaml": prod, "fleet/prod.csv": fleet };

function planned(change: Partial<Wanted>, texts: Readonly<Record<string, string>> = {}) {
  const outcome = planEnvironment(filesOf(texts), { ...wanted, ...change });
  if ("faults" in outcome) throw new Error(outcome.faults.map(formatFault).join("\n"));
  const written = Object.fromEntries(outcome.files.map(({ path, text }) => [path, text]));
  const resolved = readPlaneFrom(filesOf({ ...texts, ...written }), change.environment ?? "qa");
  if ("faults" in resolved) throw new Error(resolved.faults.map(formatFault).join("\n"));
  return { ...outcome, plane: resolved.plane, written };
}

function faultsOf(change: Partial<Wanted>, texts: Readonly<Record<string, string>> = {}): readonly string[] {
  const outcome = planEnvironment(filesOf(texts), { ...wanted, ...change });
  return "faults" in outcome ? outcome.faults.map(formatFault) : [];
}

function managedGroups(plane: Plane): readonly string[] {
  return Object.values(plane.groups).flatMap((group) => (group.kind === "managed" ? [group.name] : []));
}

describe("a new environment", () => {
  it("is a stack file, a fleet without servers and an approvals folder, which every command can read", () => {
    const { plane, files } = planned({});
    expect(files.map(({ path }) => path)).to.deep.equal(["Pulumi.qa.yaml", "fleet/qa.csv", "approvals/README.md"]);
    expect(plane).to.include({ environment: "qa", timezone: "Europe/Berlin" });
    expect(plane.locations["euc1"]).to.include({ accountId: "012345678901", registersDefaults: true });
    expect(plane.subscriptions["core"]).to.include({ location: "euc1", onboarding: "runCommand" });
    expect(plane.notifications.emails).to.deep.equal(["qa@example.com"]);
    expect(plane.fleet).to.deep.equal([]);
  });

  it("has the presets' groups of production, or those of test and development", () => {
    expect(managedGroups(planned({}).plane)).to.deep.equal(["jump-log", "nonprod", "nonprod-windows"]);
    expect(managedGroups(planned({ production: true }).plane)).to.deep.equal([
      "jump-log",
      "prod-auto",
      "prod-sensitive",
      "prod-windows",
    ]);
  });

  it("takes neither the approvals folder nor the default baselines that another environment has", () => {
    const shared = { name: "shared", accountId: "444455556666", region: "us-east-1" };
    const { plane, written, notes } = planned({ locations: [...wanted.locations, shared] }, beside);
    expect(Object.keys(written)).to.include("approvals-qa/README.md");
    expect(plane.locations["shared"]).to.include({ registersDefaults: false, ownsServiceSettings: false });
    expect(plane.locations["euc1"]).to.include({ registersDefaults: true, ownsServiceSettings: true });
    expect(notes).to.deep.equal([
      "shared: prod registers the defaults of account 444455556666 in us-east-1, so this one does not",
    ]);
  });

  it("takes over another one's policy with its comments, and none of its places", () => {
    const { plane, written, notes } = planned({ environment: "apac", copyFrom: "prod", subscriptions: [] }, beside);
    const text = written["Pulumi.apac.yaml"] ?? "";
    expect(text).to.contain("# hrp runs around the clock: its dates are agreed with its customers.");
    expect(text).to.match(/^# yaml-language-server: .*\n# Made with the policy of Pulumi\.prod\.yaml/);
    expect(Object.keys(plane.locations)).to.deep.equal(["euc1"]);
    expect(Object.keys(plane.subscriptions)).to.deep.equal([]);
    expect(plane.windows["mw-hrp"]).to.deep.include({ locations: ["euc1"], groups: ["hrp-prod"] });
    expect(plane.groups["wellframe"]).to.include({ kind: "elsewhere" });
    expect(notes.join("\n")).to.match(/mw-hrp, .*named other locations/);
  });

  it("keeps the locations of windows that the new environment has as well", () => {
    const locations = ["prod-use1", "prod-euw1", "shared-use1"].map((name, index) => {
      return { name, accountId: `77778888999${String(index)}`, region: "us-west-2" };
    });
    const { plane } = planned({ environment: "apac", copyFrom: "prod", locations, subscriptions: [] }, beside);
    expect(plane.windows["mw-hrp"]?.locations).to.deep.equal(["prod-euw1"]);
  });

  it("overwrites nothing, and names all that is there", () => {
    expect(faultsOf({}, { "Pulumi.qa.yaml": "", "fleet/qa.csv": "" })).to.deep.equal([
      "Pulumi.qa.yaml: file: is there already, and is not overwritten; choose another name",
      "fleet/qa.csv: file: is there already, and is not overwritten; choose another name",
    ]);
    const { files } = planned({}, { "approvals/README.md": "ours" });
    expect(files.map(({ path }) => path)).to.not.include("approvals/README.md");
  });

  it("shows every fault of what was asked for at once", () => {
    const faults = faultsOf({
      timezone: "Mars/X",
      locations: [{ name: "Use1", accountId: "1", region: "us", roleArn: "role" }],
    });
    for (const path of ["timezone", "locations.Use1", "Use1.accountId", "Use1.region", "Use1.roleArn", "core.location"])
      expect(faults.join("\n")).to.contain(path);
  });

  it("may have an empty fleet already, which a killed run leaves, and no other file", () => {
    expect(faultsOf({}, { "fleet/qa.csv": emptyFleet })).to.deep.equal([]);
    expect(faultsOf({}, { "fleet/qa.csv": `${emptyFleet}i-1\n` }).join()).to.include("is there already");
    expect(faultsOf({}, { "Pulumi.qa.yaml": "" }).join()).to.include("is there already");
  });

  it("is read as it was meant, whatever the words", () => {
    const word = fc.oneof(fc.string(), fc.constantFrom("yes", "null", "0123", "a: b", "# c", "2026-12-06", "*x", "'"));
    fc.assert(
      fc.property(word, word, word, (name, region, email) => {
        const locations = [{ name, accountId: "111122223333", region }];
        const outcome = planEnvironment(filesOf({}), { ...wanted, locations, subscriptions: [], emails: [email] });
        if ("faults" in outcome) {
          expect(outcome.faults.filter(({ path }) => path === "yaml")).to.deep.equal([]);
          return;
        }
        const files = filesOf(Object.fromEntries(outcome.files.map((file) => [file.path, file.text])));
        const resolved = readPlaneFrom(files, "qa");
        if ("faults" in resolved) throw new Error("read otherwise than planned");
        expect(resolved.plane.locations[name]).to.include({ region });
        expect(resolved.plane.notifications.emails).to.deep.equal([email]);
      }),
    );
  });
});

describe("writing an environment", () => {
  const folder = folderOfEach();
  const files: readonly NewFile[] = [
    { path: "Pulumi.qa.yaml", text: "one" },
    { path: "fleet/qa.csv", text: "two" },
    { path: "approvals/qa/README.md", text: "three" },
  ];

  it("makes the folders it needs, and leaves nothing else", () => {
    writeEnvironment(folder(), files);
    for (const { path, text } of files) expect(readFileSync(join(folder(), path), "utf8")).to.equal(text);
    const names = readdirSync(folder(), { recursive: true }).map(String).sort();
    expect(names).to.deep.equal([
      "Pulumi.qa.yaml",
      "approvals",
      "approvals/qa",
      "approvals/qa/README.md",
      "fleet",
      "fleet/qa.csv",
    ]);
  });

  it("undoes everything when one file has come into being meanwhile, and leaves that one alone", () => {
    mkdirSync(join(folder(), "fleet"));
    writeFileSync(join(folder(), "fleet/qa.csv"), "theirs");
    expect(() => {
      writeEnvironment(folder(), files);
    }).to.throw("EEXIST");
    expect(readFileSync(join(folder(), "fleet/qa.csv"), "utf8")).to.equal("theirs");
    expect(readdirSync(folder(), { recursive: true }).map(String).sort()).to.deep.equal(["fleet", "fleet/qa.csv"]);
  });

  it("can be run again after it was killed, wherever that was, and clears what was left", () => {
    // No process has this id: Linux counts to 2^22 at most.
    const dead = "4194305";
    for (const left of [
      ["fleet/qa.csv"],
      ["fleet/qa.csv", "approvals/qa/README.md"],
      [`Pulumi.qa.yaml.${dead}.new`, `fleet/qa.csv.${dead}.new`],
      [`Pulumi.qa.yaml.${dead}.new`, "fleet/qa.csv", "approvals/qa/README.md"],
    ]) {
      for (const path of left) {
        mkdirSync(dirname(join(folder(), path)), { recursive: true });
        const own = files.find((file) => file.path === path)?.text ?? "half";
        writeFileSync(join(folder(), path), own);
      }
      writeEnvironment(folder(), files);
      for (const { path, text } of files) expect(readFileSync(join(folder(), path), "utf8")).to.equal(text);
      const names = readdirSync(folder(), { recursive: true }).map(String);
      expect(names.filter((name) => name.endsWith(".new"))).to.deep.equal([]);
      rmSync(folder(), { recursive: true });
      mkdirSync(folder());
    }
  });

  it("puts the stack file in its place last, because an environment is there by that", () => {
    writeFileSync(join(folder(), "Pulumi.qa.yaml"), "theirs");
    expect(() => {
      writeEnvironment(folder(), files);
    }).to.throw("EEXIST");
    expect(readdirSync(folder())).to.deep.equal(["Pulumi.qa.yaml"]);
  });

  it("undoes everything when a file cannot be written, half a file included, and leaves a stranger's in its folder", () => {
    const tooLong = { path: `approvals/qa/${"x".repeat(300)}`, text: "four" };
    expect(() => {
      writeEnvironment(folder(), [...files, tooLong]);
    }).to.throw("ENAMETOOLONG");
    expect(readdirSync(folder())).to.deep.equal([]);
  });

  it("undoes everything when a folder cannot be made", () => {
    writeFileSync(join(folder(), "approvals"), "a file");
    expect(() => {
      writeEnvironment(folder(), files);
    }).to.throw();
    expect(existsSync(join(folder(), "Pulumi.qa.yaml"))).to.equal(false);
    expect(readdirSync(folder())).to.deep.equal(["approvals"]);
  });
});

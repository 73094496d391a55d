import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { faultReport } from "../../config/faultReport.ts";
import { readPlane } from "../../config/file.ts";
import { loadPlane } from "../../config/load.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { formatFaultInPlace } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { folderOfEach } from "../harness/folders.ts";
import { startMocks } from "../harness/mocks.ts";
import { fleetText, root, runWith, trap } from "./sources.ts";

/** A project in a folder, with a stack file for the stack that the mocks run. */
function project(folder: string, stackFile: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries({ ...files, [`Pulumi.${pulumi.getStack()}.yaml`]: stackFile })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function loaded(folder: string): Plane | string {
  try {
    return loadPlane(folder);
  } catch (error) {
    if (error instanceof pulumi.RunError) return error.message;
    throw error;
  }
}

/** The message of the error that there must be. */
function messageOf(outcome: Plane | string): string {
  if (typeof outcome !== "string") throw new Error("the plane was loaded without a fault");
  return outcome;
}

/** What the program gets of the values the CLI recorded, and what the scripts get of the file itself. */
function both(
  folder: string,
  stackFile: string,
  recorded: Readonly<Record<string, string>> | undefined,
  files: Readonly<Record<string, string>>,
) {
  project(folder, stackFile, files);
  if (recorded === undefined) {
    runWith(stackFile);
  } else {
    pulumi.runtime.setAllConfig({ ...recorded }, []);
  }
  return { program: loaded(folder), scripts: readPlane(folder, pulumi.getStack()) };
}

describe("the program's reader and the scripts' reader", () => {
  const folder = folderOfEach();

  beforeEach(async () => {
    await startMocks();
  });

  it("find the same faults in the trap file, with the same lines", () => {
    const files = { "fleet/faulty.csv": fleetText({ site: "nowhere" }) };
    const recorded = JSON.parse(trap("faulty.cli.json")) as Record<string, string>;
    const { program, scripts } = both(folder(), trap("faulty.yaml"), recorded, files);
    const stackFile = `Pulumi.${pulumi.getStack()}.yaml`;
    const report = messageOf(program).split("\n");
    const lines = report.filter((line) => !/^ +(\d+ )?\| /.test(line));
    expect(lines[0]).to.match(new RegExp(`^\\d+ faults in ${stackFile.replaceAll(".", "\\.")} and its files$`));
    const found = "faults" in scripts ? scripts.faults : [];
    expect(lines.length - 1).to.equal(found.length);
    for (const fault of found) {
      expect(lines, fault.path).to.include(formatFaultInPlace(fault));
    }
    expect(report.slice(1).join("\n")).to.equal(faultReport(found, projectFiles(folder())));
    expect(lines.slice(1).every((line) => line.startsWith(stackFile) || line.startsWith("fleet/faulty.csv:"))).to.equal(
      true,
    );
  });

  for (const environment of ["prod", "nonprod"]) {
    it(`make the same plane of Pulumi.${environment}.yaml`, () => {
      const read = (path: string): string => readFileSync(join(root, path), "utf8");
      const fleet = `fleet/${environment}.csv`;
      const { program, scripts } = both(folder(), read(`Pulumi.${environment}.yaml`), undefined, {
        [fleet]: read(fleet),
      });
      expect("plane" in scripts && scripts.plane).to.deep.equal(program);
    });
  }

  it("show no lines of a stack file that the running stack's values are not from", () => {
    project(folder(), trap("faulty.yaml"), {});
    pulumi.runtime.setAllConfig({ "patchplane:timezone": "Mars/X" }, []);
    expect(messageOf(loaded(folder()))).to.contain(
      `\nPulumi.${pulumi.getStack()}.yaml: timezone: not an IANA time zone`,
    );
  });

  it("refuse a secret without showing it", () => {
    pulumi.runtime.setAllConfig({ "pulumi:disable-default-providers": '["*"]', "patchplane:timezone": "hush" }, [
      "patchplane:timezone",
    ]);
    const message = messageOf(loaded(project(folder(), "", {})));
    expect(message).to.contain("timezone: holds a secret").and.not.contain("hush");
  });

  it("refuse a stack file that leaves the default providers on", () => {
    const stackFile = readFileSync(join(root, "Pulumi.nonprod.yaml"), "utf8").replace('["*"]', "[]");
    const fleet = readFileSync(join(root, "fleet/nonprod.csv"), "utf8");
    const { program, scripts } = both(folder(), stackFile, undefined, { "fleet/nonprod.csv": fleet });
    expect(program).to.contain("1 fault in").and.contain("pulumi:disable-default-providers");
    expect("faults" in scripts && scripts.faults.map((fault) => fault.path)).to.deep.equal([
      "pulumi:disable-default-providers",
    ]);
  });
});

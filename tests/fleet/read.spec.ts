import { expect } from "chai";
import { formatFault } from "../../domain/fault.ts";
import { readFleet, type FleetContext } from "../../fleet/read.ts";
import { fleetColumnNames, type FleetRow } from "../../fleet/schema.ts";
import { fleetText, vmRow } from "../config/sources.ts";

const context: FleetContext = {
  locations: new Map([
    ["one", { region: "us-east-1" }],
    ["broken", {}],
  ]),
  subscriptions: new Map([
    ["core", { subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", onboarding: "runCommand" as const }],
    ["other", { subscriptionId: "9be04c7d-31a8-4f65-8d2b-6a7e5c904f02", onboarding: "customScript" as const }],
  ]),
};

function faultsOf(text: string): readonly string[] {
  return readFleet(text, "fleet.csv", context).faults.map(formatFault);
}

describe("reading a fleet file", () => {
  it("gives servers with their line, lower-cased ARM ids and the subscription's method, sorted by id", () => {
    const vm = vmRow(7);
    const id = vm.id?.replace("resourcegroups", "resourceGroups").replace("vm0", "VM0") ?? "";
    const { servers, faults } = readFleet(fleetText({}, { ...vm, id, onboarding_attempt: "3" }), "fleet.csv", context);
    expect(faults).to.deep.equal([]);
    expect(servers.map((server) => [server.line, server.id])).to.deep.equal([
      [3, vm.id],
      [2, "i-0123456789abcdef0"],
    ]);
    expect(servers[0]?.azure).to.deep.equal({
      subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01",
      resourceGroup: "rg",
      vmName: "vm000000000007",
      vmId: "00000000-0000-4000-8000-000000000007",
      onboardingMethod: "runCommand",
      onboardingScript: "v2",
      onboardingAttempt: 3,
    });
    expect(servers[1]).not.to.have.property("azure");
  });

  it("takes columns in any order, a byte order mark, Windows line ends and blank lines at the end", () => {
    const [heading = "", row = ""] = fleetText({}).split("\n");
    const turned = (line: string): string => line.split(",").reverse().join(",");
    const text = `\ufeff${turned(heading)}\r\n${turned(row)}\r\n\r\n`;
    expect(readFleet(text, "fleet.csv", context)).to.deep.equal(readFleet(fleetText({}), "fleet.csv", context));
  });

  it("counts an Auto Scaling group by its size, 1 when it is empty", () => {
    const text = fleetText({ id: "asg:web", size: "12" }, { id: "asg:api" });
    const { servers } = readFleet(text, "fleet.csv", context);
    expect(servers.map((server) => [server.id, server.size])).to.deep.equal([
      ["asg:api", 1],
      ["asg:web", 12],
    ]);
  });

  it("compares nothing with a site that is at fault itself, and nothing with sites that nobody knows", () => {
    expect(faultsOf(fleetText({ site: "broken", region: "eu-west-1" }))).to.deep.equal([]);
    const text = fleetText({ site: "lost" }, { ...vmRow(1), site: "lost" });
    expect(readFleet(text, "fleet.csv", {}).faults).to.deep.equal([]);
  });

  it("takes one Auto Scaling group's name at two sites, and not twice at one", () => {
    const first = { id: "asg:web", site: "one" };
    const second = { id: "asg:web", site: "broken", region: "eu-west-1" };
    expect(faultsOf(fleetText(first, second))).to.deep.equal([]);
    expect(faultsOf(fleetText(first, { id: "asg:Web" }, first))).to.deep.equal([
      'fleet.csv:4: id: line 2 has the same id, got "asg:web"',
    ]);
  });

  it("takes only released onboarding scripts, once it is told which", () => {
    const scripts = { ...context, scripts: ["v1", "v3"] };
    const text = fleetText({ ...vmRow(1), onboarding_script: "v2" }, { ...vmRow(2), onboarding_script: "v3" });
    expect(readFleet(text, "fleet.csv", scripts).faults.map(formatFault)).to.deep.equal([
      'fleet.csv:2: onboarding_script: not a released script, got "v2"; allowed: v1, v3; a new row takes v2',
    ]);
  });

  it("takes a released script with one more signing key, by the key's name", () => {
    const scripts = { ...context, scripts: ["v2", "v2+2028"] };
    const text = fleetText(
      { ...vmRow(1), onboarding_script: "v2+2028" },
      { ...vmRow(2), onboarding_script: "v2+2029" },
      { ...vmRow(3), onboarding_script: "v2+A" },
    );
    expect(readFleet(text, "fleet.csv", scripts).faults.map(formatFault)).to.deep.equal([
      'fleet.csv:3: onboarding_script: not a released script, got "v2+2029"; allowed: v2, v2+2028; a new row takes v2',
      'fleet.csv:4: onboarding_script: not a released script, got "v2+A"; allowed: v2, v2+2028; a new row takes v2',
    ]);
  });

  it("is an empty fleet when there is only the first line", () => {
    expect(readFleet(fleetText(), "fleet.csv", context)).to.deep.equal({ servers: [], faults: [] });
  });

  it("keeps the right rows beside the faults of the others", () => {
    const { servers, faults } = readFleet(fleetText({}, { id: "i-1" }), "fleet.csv", context);
    expect(servers).to.have.lengthOf(1);
    expect(faults.map((fault) => fault.line)).to.deep.equal([3]);
  });

  const long = "x".repeat(257);
  const cases: Readonly<Record<string, readonly [Partial<FleetRow>, string]>> = {
    "an instance id that is none": [{ id: "i-xyz" }, "fleet.csv:2: id: not a server of AWS"],
    "an ARM id that is none": [{ ...vmRow(1), id: "/subscriptions/x" }, "fleet.csv:2: id: not an ARM id of a VM"],
    "an unknown location": [{ site: "nowhere" }, "fleet.csv:2: site: there is no such location"],
    "an unknown subscription": [{ ...vmRow(1), site: "one" }, "fleet.csv:2: site: there is no such subscription"],
    "another subscription's VM": [{ ...vmRow(1), site: "other" }, "fleet.csv:2: id: the id is in another subscription"],
    "another Region": [{ region: "eu-west-1" }, "fleet.csv:2: region: location one is in another Region"],
    "no Region, once": [{ region: "" }, "fleet.csv:2: region: is empty"],
    "a Region of AWS on a VM": [{ ...vmRow(1), region: "us-east-1" }, "fleet.csv:2: region: not a region of Azure"],
    "an unknown cloud": [{ cloud: "gcp" }, "fleet.csv:2: cloud: unknown cloud"],
    "an unknown os": [{ os: "redhat" }, "fleet.csv:2: os: unknown os"],
    "an unknown release": [{ release: "22.10" }, "fleet.csv:2: release: unknown release of ubuntu"],
    "an unknown architecture": [{ arch: "amd64" }, "fleet.csv:2: arch: unknown architecture"],
    "no name": [{ name: "" }, "fleet.csv:2: name: is empty"],
    "no patch group": [{ patch_group: "" }, "fleet.csv:2: patch_group: is empty"],
    "a patch group that no tag can hold": [{ patch_group: "größe" }, "fleet.csv:2: patch_group: holds characters"],
    "a tag value over 256 characters": [{ owner: long }, "fleet.csv:2: owner: longer than AWS takes"],
    "a tag value outside AWS's characters": [{ business_unit: "a#b" }, "fleet.csv:2: business_unit: holds characters"],
    "an Azure column on an AWS row": [{ vm_id: "x" }, "fleet.csv:2: vm_id: is for Azure rows only"],
    "an attempt on an AWS row": [
      { onboarding_attempt: "1" },
      "fleet.csv:2: onboarding_attempt: is for Azure rows only",
    ],
    "a size on an instance": [{ size: "2" }, "fleet.csv:2: size: is for Auto Scaling rows (asg:<name>) only"],
    "a size on a VM": [{ ...vmRow(1), size: "2" }, "fleet.csv:2: size: is for Auto Scaling rows (asg:<name>) only"],
    "a size that is no number": [{ id: "asg:web", size: "0" }, "fleet.csv:2: size: not a number of machines"],
    "a vmId that is none": [{ ...vmRow(1), vm_id: "1" }, "fleet.csv:2: vm_id: not a GUID"],
    "an unknown method": [{ ...vmRow(1), onboarding_method: "ssh" }, "fleet.csv:2: onboarding_method: unknown method"],
    "an unreleased script": [{ ...vmRow(1), onboarding_script: "latest" }, "fleet.csv:2: onboarding_script: not a"],
    "attempt 0": [
      { ...vmRow(1), onboarding_attempt: "0" },
      "fleet.csv:2: onboarding_attempt: not a number of attempts",
    ],
    "attempt 1.5": [{ ...vmRow(1), onboarding_attempt: "1.5" }, "fleet.csv:2: onboarding_attempt: not a number"],
  };
  for (const [what, [row, shows]] of Object.entries(cases)) {
    it(`fails on ${what}, with the line`, () => {
      const faults = faultsOf(fleetText(row));
      expect(faults, faults.join("\n")).to.have.lengthOf(1);
      expect(faults[0]).to.contain(shows);
    });
  }

  it("fails on an id, or a VM, that stands there twice", () => {
    const vm = vmRow(1);
    const moved = { ...vmRow(2), vm_id: vm.vm_id ?? "" };
    const twice = fleetText({}, {}, vm, { ...vm, id: vm.id?.toUpperCase().replace("/SUB", "/sub") ?? "" }, moved);
    expect(faultsOf(twice).map((fault) => fault.split(", got")[0])).to.deep.equal([
      "fleet.csv:3: id: line 2 has the same id",
      "fleet.csv:5: id: line 4 has the same id",
      "fleet.csv:5: vm_id: line 4 has the same vm_id",
      "fleet.csv:6: vm_id: line 4 has the same vm_id",
    ]);
  });

  it("fails on a row with a cell too many or too few, and reads the others", () => {
    const [heading = "", row = ""] = fleetText({}).split("\n");
    expect(faultsOf([heading, row, `${row},x`, "i-1,web"].join("\n"))).to.deep.equal([
      "fleet.csv:3: row: wrong number of columns, got 18; allowed: 17, as in the first line",
      "fleet.csv:4: row: wrong number of columns, got 2; allowed: 17, as in the first line",
    ]);
  });

  it("fails on unknown, missing and repeated columns", () => {
    const heading = fleetColumnNames
      .map((name) => (name === "owner" ? "ownr" : name === "size" ? "id" : name))
      .join(",");
    expect(faultsOf(heading).map((fault) => fault.split(";")[0])).to.deep.equal([
      "fleet.csv:1: ownr: unknown column",
      "fleet.csv:1: id: duplicate column",
      "fleet.csv:1: owner: the column is missing",
      "fleet.csv:1: size: the column is missing",
    ]);
  });

  it("fails once on a first line that names no column, and says when the separator is another", () => {
    const [heading = "", row = ""] = fleetText({}).split("\n");
    for (const separator of [";", "\t"]) {
      const faults = faultsOf([heading, row].join("\n").replaceAll(",", separator));
      expect(faults, faults.join("\n")).to.have.lengthOf(1);
      expect(faults[0]).to.contain("fleet.csv:1: row: the first line names none of the columns");
      expect(faults[0]).to.contain("separate the columns by commas");
    }
    expect(faultsOf(row)[0]).to.contain("write it above the rows");
  });

  it("fails on a column without a name by its place", () => {
    const faults = faultsOf(`${fleetColumnNames.join(",")},`);
    expect(faults[0]).to.contain("fleet.csv:1: column 18: unknown column");
  });

  it("fails on an empty file and on text that is no CSV, with the line", () => {
    expect(faultsOf("")[0]).to.contain("fleet.csv:1: row: the file is empty");
    expect(faultsOf(fleetText({}, { name: '"open' }))[0]).to.match(/^fleet\.csv:3: row: not CSV: /);
  });

  it("tells of every row that is not CSV, by the line it begins in, and of what is wrong with the others", () => {
    const [heading = "", good = ""] = fleetText({}).split("\n");
    const bad = good.replace("i-0123456789abcdef0", "i-1");
    const broken = (name: string): string => good.replace(/[^,]+/, name);
    const rows = [bad, broken('"open'), bad, broken('a"b'), bad, ",", "", broken('"a"b'), bad, broken('"end')];
    const told = readFleet([heading, ...rows].join("\r\n"), "fleet.csv", context).faults;
    expect(told.map(({ line, path, message }) => `${String(line)} ${path}: ${message}`)).to.include.members([
      "3 row: not CSV: a quote opens a cell, and none closes it",
      "5 row: not CSV: a quote within a cell that does not begin with one",
      "9 row: not CSV: text behind a cell's closing quote",
      "11 row: not CSV: a quote opens a cell, and none closes it",
    ]);
    expect(told.map(({ line }) => line)).to.deep.equal(told.map(({ line }) => line).toSorted((a = 0, b = 0) => a - b));
    expect(told.filter(({ path }) => path === "id").map(({ line }) => line)).to.include.members([2, 4, 6, 10]);
  });

  it("reads no row under a first line that is not CSV", () => {
    const [heading = "", good = ""] = fleetText({}).split("\n");
    const { servers, faults } = readFleet(`"x"${heading}\n${good}\n${good}\n`, "fleet.csv", context);
    expect(servers).to.deep.equal([]);
    expect(faults.map(({ line }) => line)).to.deep.equal([1]);
  });

  it("gives up where one quote after the other is not closed, and says so", () => {
    const [heading = "", good = ""] = fleetText({}).split("\n");
    const rows = Array.from({ length: 40 }, () => `"${good}`);
    const { faults } = readFleet([heading, ...rows].join("\n"), "fleet.csv", context);
    expect(faults.at(-1)?.message).to.equal("what follows is not looked at, until the quotes above are mended");
    expect(faults.length).to.equal(12);
  });

  describe("takes ARM names by Azure's rules:", () => {
    const id = (group: string, name: string): string =>
      `/subscriptions/5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
    const judged: readonly (readonly [group: string, name: string, taken: boolean])[] = [
      ["rg-Apps_(1).x", "vm-1", true],
      ["größe", "web.internal.1", true],
      ["r".repeat(90), "v".repeat(64), true],
      ["rg", "a_b", true],
      ["rg.", "vm", false],
      ["rg$x", "vm", false],
      ["r".repeat(91), "vm", false],
      ["rg", "v".repeat(65), false],
      ["rg", "_vm", false],
      ["rg", "vm-", false],
      ["rg", "vm.", false],
      ["rg", "vm;rm", false],
      ["rg", "vm`x`", false],
      ["rg", "vm$(x)", false],
      ["rg", "vm<b>", false],
      ["rg", "a|b", false],
    ];
    for (const [group, name, taken] of judged) {
      it(`${taken ? "takes" : "refuses"} ${group.slice(0, 20)} / ${name.slice(0, 20)}`, () => {
        const { faults } = readFleet(fleetText({ ...vmRow(1), id: id(group, name) }), "fleet.csv", {});
        expect(faults.filter(({ path }) => path === "id").length === 0).to.equal(taken);
      });
    }
  });

  describe("as people have it", () => {
    const rows = `${fleetText({})}\n`;
    const forms: readonly (readonly [what: string, bytes: Buffer, message: string, fix: string])[] = [
      ["UTF-16, little-endian with its mark", Buffer.from(`\uFEFF${rows}`, "utf16le"), "UTF-16", "UTF-8"],
      ["UTF-16, big-endian with its mark", Buffer.from(`\uFEFF${rows}`, "utf16le").swap16(), "UTF-16", "UTF-8"],
      ["UTF-16 without a mark", Buffer.from(rows, "utf16le"), "UTF-16", "UTF-8"],
      ["UTF-16, big-endian without a mark", Buffer.from(rows, "utf16le").swap16(), "UTF-16", "UTF-8"],
      [
        "PowerShell's first line",
        Buffer.from(`#TYPE System.Management.Automation.PSCustomObject\r\n${rows}`),
        "#TYPE",
        "-NoTypeInformation",
      ],
      ["Excel's first line", Buffer.from(`\uFEFFsep=;\r\n${rows.replaceAll(",", ";")}`), "sep=", "commas"],
      [
        "the same behind a byte order mark",
        Buffer.from(`\uFEFF#TYPE Selected.X\r\n${rows}`),
        "#TYPE",
        "-NoTypeInformation",
      ],
    ];
    for (const [what, bytes, message, fix] of forms) {
      it(`is told what it is, and how to write it: ${what}`, () => {
        const { servers, faults } = readFleet(bytes.toString("utf8"), "fleet.csv", {});
        expect(servers).to.deep.equal([]);
        expect(faults).to.have.lengthOf(1);
        expect(faults[0]).to.include({ file: "fleet.csv", line: 1 });
        expect(faults[0]?.message).to.include(message);
        expect(faults[0]?.fix).to.include(fix);
      });
    }

    it("may have rows of nothing but commas, as spreadsheets write emptied rows, and keeps its lines", () => {
      const commas = ",".repeat(fleetColumnNames.length - 1);
      const text = [fleetColumnNames.join(","), commas, fleetText({}).split("\n")[1], commas, " ", `x${commas}`].join(
        "\n",
      );
      const { servers, faults } = readFleet(text, "fleet.csv", {});
      expect(servers.map(({ line }) => line)).to.deep.equal([3]);
      expect([...new Set(faults.map(({ line }) => line))]).to.deep.equal([6]);
    });
  });

  it("reports every fault of 10,000 rows", () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => {
      const id = `i-${index.toString(16).padStart(8, "0")}`;
      return index % 2 === 0 ? { id } : { id, arch: "arm" };
    });
    const { servers, faults } = readFleet(fleetText(...rows), "fleet.csv", context);
    expect([servers.length, faults.length]).to.deep.equal([5000, 5000]);
  });
});

import { expect } from "chai";
import fc from "fast-check";
import { editFleet } from "../../fleet/edit.ts";
import { readFleet, type FleetContext } from "../../fleet/read.ts";
import { writeFleet } from "../../fleet/write.ts";
import { fleetText, vmRow } from "../config/sources.ts";

const subscriptions = { core: { onboarding: "customScript" } } as const;
const context: FleetContext = {
  locations: new Map([["one", {}]]),
  subscriptions: new Map(Object.entries(subscriptions)),
};

function serversOf(text: string) {
  const { servers, faults } = readFleet(text, "fleet.csv", context);
  expect(faults).to.deep.equal([]);
  return servers;
}

describe("editing a fleet file", () => {
  it("makes of a sorted file what writing the resulting servers makes", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 0xff }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ids, fc.nat(12), fc.nat(12), (numbers, from, to) => {
        const rows = numbers.map((n) => ({ id: `i-000000${n.toString(16).padStart(2, "0")}` }));
        const all = serversOf(fleetText(...rows, vmRow(1), vmRow(2)));
        const added = all.slice(0, from % all.length);
        const text = writeFleet(all.slice(added.length), subscriptions);
        const before = serversOf(text);
        const removed = before.slice(0, to % before.length);
        const left = before.slice(removed.length);
        const [first] = left;
        const changed = new Map(first === undefined ? [] : [[first, { owner: "new@example.com" }]]);
        const after = left.map((server) => (server === first ? { ...server, owner: "new@example.com" } : server));
        const edited = editFleet(text, { added, removed, changed }, subscriptions);
        expect(edited).to.equal(writeFleet([...after, ...added], subscriptions));
      }),
    );
  });

  it("keeps every other byte of a file that people wrote: order, columns, quotes, ends of lines, byte order mark", () => {
    const columns = "name,id,cloud,site,region,os,release,arch,patch_group,environment,business_unit,owner,size";
    const azure = "vm_id,onboarding_method,onboarding_script,onboarding_attempt";
    const row = (name: string, id: string, owner: string) =>
      `${name},${id},aws,one,eu-central-1,ubuntu,22.04,x86_64,auto,prod,"",${owner},,,,,`;
    const lines = [row("b", "i-00000002", "x"), row('"a 1"', "i-00000001", "y"), row("c", "i-00000003", "z")];
    const text = `\uFEFF${[`${columns},${azure}`, ...lines].join("\r\n")}`;
    const servers = serversOf(text);
    const third = servers.find(({ name }) => name === "c");
    const second = servers.find(({ name }) => name === "a 1");
    if (second === undefined || third === undefined) throw new Error("rows are missing");
    const edited = editFleet(text, {
      added: [{ ...second, id: "i-00000009", name: "new", line: 0 }],
      removed: [third],
      changed: new Map([[second, { release: "24.04" }]]),
    });
    expect(edited.split("\r\n")).to.deep.equal([
      `\uFEFF${columns},${azure}`,
      lines[0],
      "a 1,i-00000001,aws,one,eu-central-1,ubuntu,24.04,x86_64,auto,prod,,y,,,,,",
      "new,i-00000009,aws,one,eu-central-1,ubuntu,22.04,x86_64,auto,prod,,y,,,,,",
      "",
    ]);
  });
});

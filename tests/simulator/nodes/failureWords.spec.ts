import { expect } from "chai";
import { outputCause } from "../../../domain/runs/outputCause.ts";
import { failureWords, type ToldKind } from "../../../simulator/nodes/failureWords.ts";

const machines = [
  { os: "ubuntu", release: "22.04" },
  { os: "amazon-linux", release: "2" },
  { os: "amazon-linux", release: "2023" },
  { os: "windows-server", release: "2022" },
] as const;

const causes: Readonly<Record<ToldKind, string>> = {
  repositoryUnreachable: "the repository cannot be reached: ",
  lockHeld: "another package manager holds the lock: ",
  diskFull: "the disk is full: ",
};

describe("embedded cloud: the words of a machine's package manager", () => {
  for (const [kind, cause] of Object.entries(causes) as [ToldKind, string][])
    it(`are its own for ${kind}, and tell the cause`, () => {
      const said = machines.map((machine) => failureWords(machine, kind).patching);
      expect(said.map(outputCause)).to.deep.equal(said.map((words) => `${cause}${words}`));
      // A full disk is rpm's to tell, for yum and dnf alike.
      expect(new Set(said).size).to.equal(kind === "diskFull" ? 3 : 4);
    });
});

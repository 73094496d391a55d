import type { OsName } from "../../domain/server.ts";
import { unitInterval } from "./chance.ts";
import type { MachineSpec } from "./machineSpec.ts";

/** What decides which repositories and packages a machine has, apart from its traits. */
export type MachineKind = Pick<MachineSpec, "os" | "release" | "arch" | "cloud">;

/** A choice among a few sets of traits, in words, with the share of machines that have each. */
type Choice = readonly (readonly [traits: string, share: number])[];

const pro: Choice = [
  ["", 0.7],
  ["pro", 0.3],
];
const kernelsOfAmazonLinux2: Choice = [
  ["kernel-5.10", 0.8],
  ["kernel-4.14", 0.2],
];
const kernelsOfAmazonLinux2023: Choice = [
  ["kernel6.1", 0.6],
  ["kernel6.1 livepatch", 0.15],
  ["kernel6.12", 0.25],
];

function choicesOf({ os, release, cloud }: Pick<MachineKind, "os" | "release" | "cloud">): readonly Choice[] {
  const none: Readonly<Record<OsName, readonly Choice[]>> = {
    ubuntu: [
      [
        [`linux-${cloud}`, 0.9],
        ["linux-generic", 0.1],
      ],
      pro,
    ],
    "amazon-linux": [release === "2" ? kernelsOfAmazonLinux2 : kernelsOfAmazonLinux2023],
    debian: [],
    "windows-server": [],
  };
  return none[os];
}

function picked(choice: Choice, draw: number): readonly string[] {
  let rest = draw;
  const found = choice.find(([, share]) => {
    rest -= share;
    return rest < 0;
  });
  return (found?.[0] ?? "").split(" ").filter((trait) => trait !== "");
}

/** The traits of a machine as its cloud's own image comes: without Ubuntu Pro, with the cloud's kernel. */
export function usualTraits(kind: MachineKind): readonly string[] {
  return [kind.cloud, ...choicesOf(kind).flatMap((choice) => picked(choice, 0))];
}

/**
 * The traits of a machine, drawn by its id: its cloud, the kernel that it runs, and whether Ubuntu Pro and live
 * patching are on. The shares are invented.
 */
export function traitsOf(spec: MachineSpec, seed: number): readonly string[] {
  const drawn = choicesOf(spec).flatMap((choice, index) =>
    picked(choice, unitInterval(seed, `traits ${String(index)}`, spec.id)),
  );
  return [spec.cloud, ...drawn];
}

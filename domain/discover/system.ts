import type { ManagedNode } from "../fleet/managedNode.ts";
import { isOnline } from "../fleet/managedNode.ts";
import { releasesByOs, type Architecture, type OsName } from "../server.ts";
import type { FoundInstance, FoundVm, ImageReference } from "./evidence.ts";

/** An operating system that a fleet row can name, and who said so. */
export interface KnownSystem {
  readonly os: OsName;
  readonly release: string;
  /** An image does not know of an upgrade since. */
  readonly by: "agent" | "image";
}

/** A system that no row can name: what was said of it, which is nothing where nobody said anything. */
export interface UnknownSystem {
  readonly said: string;
}

/** What is known of a machine's operating system. */
export type System = KnownSystem | UnknownSystem;

/** Whether a row can name the system. */
export function isKnown(system: System): system is KnownSystem {
  return "os" in system;
}

type Reading = readonly [pattern: RegExp, os: OsName];

/** What agents write: the SSM Agent's platform, and Azure's guest agent's name and version of the system. */
const agentWords: readonly Reading[] = [
  [/^Amazon Linux.* (2023|2)(?:\.|$)/i, "amazon-linux"],
  [/^Debian.* (\d+)(?:\.|$)/i, "debian"],
  [/^Ubuntu.* (\d\d\.\d\d)(?:\.|$)/i, "ubuntu"],
  [/Windows Server (\d{4})/i, "windows-server"],
];

/**
 * How publishers name their images in EC2.
 * https://docs.aws.amazon.com/linux/al2023/ug/naming-and-versioning.html
 * https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
 * https://wiki.debian.org/Cloud/AmazonEC2Image
 */
const imageNames: readonly Reading[] = [
  [/^al(2023)-ami-/, "amazon-linux"],
  [/^amzn(2)-ami-/, "amazon-linux"],
  [/^debian-(\d+)-/, "debian"],
  [/^ubuntu\/.*\/ubuntu-[a-z]+-(\d\d\.\d\d)-/, "ubuntu"],
  [/^Windows_Server-(\d{4})-/, "windows-server"],
];

/** Publisher, offer and SKU in Azure's gallery, by blanks. */
const imageReferences: readonly Reading[] = [
  [/^Canonical .*?(\d\d[._]\d\d)/i, "ubuntu"],
  [/^Debian debian-(\d+)\b/i, "debian"],
  [/^MicrosoftWindowsServer WindowsServer (\d{4})-/i, "windows-server"],
];

function read(text: string, readings: readonly Reading[], by: KnownSystem["by"]): System | undefined {
  if (text.trim() === "") return undefined;
  for (const [pattern, os] of readings) {
    const release = pattern.exec(text)?.[1]?.replace("_", ".");
    const known: readonly string[] = releasesByOs[os];
    if (release !== undefined && known.includes(release)) return { os, release, by };
  }
  return { said: text.trim() };
}

function ofNode(node: ManagedNode | undefined): System | undefined {
  const { platformName = "", platformVersion = "" } = node?.details ?? {};
  return read(`${platformName} ${platformVersion}`, agentWords, "agent");
}

function ofReference(image: ImageReference | undefined): System | undefined {
  if (image === undefined) return undefined;
  return read(`${image.publisher} ${image.offer} ${image.sku}`, imageReferences, "image");
}

const nothingSaid: System = { said: "" };

/**
 * The system of an EC2 instance: by its agent, else by the name of its image. An image of one's own tells nothing, and
 * EC2's `platformDetails` names no release: that is unknown, and not guessed.
 */
export function instanceSystem(instance: FoundInstance, node: ManagedNode | undefined): System {
  const { imageName = "", platformDetails } = instance;
  const byName = read(imageName, imageNames, "image");
  if (byName !== undefined && isKnown(byName)) return ofNode(node) ?? byName;
  // Only a licence of its own says more than the kind of system.
  const licence = platformDetails === "Linux/UNIX" ? imageName : platformDetails;
  return ofNode(node) ?? (licence === "" ? nothingSaid : { said: licence });
}

/** The system of a VM: by its SSM Agent while that is heard, by Azure's guest agent, by the SSM Agent before, by its image. */
export function vmSystem(vm: FoundVm, node: ManagedNode | undefined): System {
  const online = node !== undefined && isOnline(node);
  return (
    (online ? ofNode(node) : undefined) ??
    read(`${vm.osName} ${vm.osVersion}`, agentWords, "agent") ??
    ofNode(node) ??
    ofReference(vm.image) ??
    nothingSaid
  );
}

/** The architecture of an EC2 instance; undefined for one that no row can name. */
export function instanceArchitecture({ architecture }: FoundInstance): Architecture | undefined {
  return architecture === "x86_64" || architecture === "arm64" ? architecture : undefined;
}

/**
 * The architecture of a VM's size: `p` among the features, which follow the number of cores, stands for Arm. Undefined
 * for a name of another form.
 * https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions
 */
export function vmArchitecture({ size }: FoundVm): Architecture | undefined {
  const features = /^(?:Standard|Basic)_[A-Z]+\d+(?:-\d+)?([a-z]*)(?:_|$)/i.exec(size)?.[1];
  if (features === undefined) return undefined;
  return features.toLowerCase().includes("p") ? "arm64" : "x86_64";
}

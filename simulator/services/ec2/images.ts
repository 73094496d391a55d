import { createHash } from "node:crypto";
import type { MachineSpec } from "../../world/machineSpec.ts";

/** An image as DescribeImages shows it. */
export type Image = Readonly<Record<"imageId" | "imageState" | "imageType" | "name" | "architecture", string>>;

const ubuntuNames: Readonly<Record<string, string>> = { "20.04": "focal", "22.04": "jammy", "24.04": "noble" };

/**
 * Name of the publisher's image for a release, in the form that each of them has.
 * https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
 * https://wiki.debian.org/Cloud/AmazonEC2Image
 * https://docs.aws.amazon.com/linux/al2023/ug/naming-and-versioning.html
 */
function publishedName({ os, release, arch }: MachineSpec): string {
  const debianArch = arch === "arm64" ? "arm64" : "amd64";
  switch (os) {
    case "amazon-linux":
      return release === "2"
        ? `amzn2-ami-kernel-5.10-hvm-2.0.20260814.0-${arch}-gp2`
        : `al2023-ami-2023.8.20260814.0-kernel-6.1-${arch}`;
    case "debian":
      return `debian-${release}-${debianArch}-20260814-2201`;
    case "ubuntu":
      return `ubuntu/images/hvm-ssd-gp3/ubuntu-${ubuntuNames[release] ?? release}-${release}-${debianArch}-server-20260814`;
    case "windows-server":
      return `Windows_Server-${release}-English-Full-Base-2026.08.14`;
  }
}

function nameOf(spec: MachineSpec): string {
  return spec.imageName ?? publishedName(spec);
}

/** Id of the image that an instance was launched from, which its Region gave. */
export function imageIdOf(spec: MachineSpec): string {
  const digest = createHash("sha256")
    .update(`${spec.region}|${nameOf(spec)}`)
    .digest("hex");
  return `ami-${digest.slice(0, 17)}`;
}

/** That image; undefined for one that was deregistered since, which its instances outlive. */
export function imageOf(spec: MachineSpec): Image | undefined {
  const name = nameOf(spec);
  if (name === "") return undefined;
  return { imageId: imageIdOf(spec), imageState: "available", imageType: "machine", name, architecture: spec.arch };
}

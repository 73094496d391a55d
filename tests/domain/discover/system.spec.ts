import { expect } from "chai";
import type { FoundInstance, FoundVm } from "../../../domain/discover/evidence.ts";
import { instanceSystem, isKnown, vmArchitecture, vmSystem } from "../../../domain/discover/system.ts";
import type { ManagedNode } from "../../../domain/fleet/managedNode.ts";

function node(platformName: string, platformVersion: string, pingStatus = "Online"): ManagedNode {
  const none = { agentVersion: "3.3.0.0", computerName: "", ipAddress: "", platformType: "" };
  return { id: "i-1", name: "", pingStatus, details: { ...none, platformName, platformVersion } };
}

function instance(more: Partial<FoundInstance> = {}): FoundInstance {
  return { id: "i-1", running: true, architecture: "x86_64", platformDetails: "Linux/UNIX", tags: {}, ...more };
}

function vm(more: Partial<FoundVm> = {}): FoundVm {
  const texts = { id: "", name: "", resourceGroup: "", region: "", vmId: "", size: "", osName: "", osVersion: "" };
  return { ...texts, running: true, patchMode: "", automaticUpdates: false, takesExtensions: true, tags: {}, ...more };
}

function said(system: ReturnType<typeof vmSystem>): string {
  return isKnown(system) ? `${system.os} ${system.release} by ${system.by}` : `unknown: ${system.said}`;
}

describe("the system of a server that was found", () => {
  for (const [name, version, is] of [
    ["Amazon Linux", "2", "amazon-linux 2 by agent"],
    ["Amazon Linux", "2023", "amazon-linux 2023 by agent"],
    ["Amazon Linux AMI", "2018.03", "unknown: Amazon Linux AMI 2018.03"],
    ["Debian GNU/Linux", "12.5", "debian 12 by agent"],
    ["Ubuntu", "24.04", "ubuntu 24.04 by agent"],
    ["Ubuntu", "18.04", "unknown: Ubuntu 18.04"],
    ["Microsoft Windows Server 2022 Datacenter", "10.0.20348", "windows-server 2022 by agent"],
    [
      "Microsoft Windows Server 2012 R2 Standard",
      "6.3.9600",
      "unknown: Microsoft Windows Server 2012 R2 Standard 6.3.9600",
    ],
    ["Red Hat Enterprise Linux", "9.4", "unknown: Red Hat Enterprise Linux 9.4"],
  ] as const) {
    it(`is ${is}, where the agent says ${name} ${version}`, () => {
      expect(said(instanceSystem(instance(), node(name, version)))).to.equal(is);
    });
  }

  for (const [imageName, is] of [
    ["al2023-ami-2023.8.20260814.0-kernel-6.1-x86_64", "amazon-linux 2023 by image"],
    ["amzn2-ami-kernel-5.10-hvm-2.0.20260814.0-arm64-gp2", "amazon-linux 2 by image"],
    ["debian-12-amd64-20260814-2201", "debian 12 by image"],
    ["ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-20250101", "ubuntu 20.04 by image"],
    ["Windows_Server-2019-English-Full-SQL_2019_Web-2026.08.14", "windows-server 2019 by image"],
    ["golden-ubuntu-22.04", "unknown: golden-ubuntu-22.04"],
  ] as const) {
    it(`is ${is}, where there is no agent and the image is ${imageName}`, () => {
      expect(said(instanceSystem(instance({ imageName }), undefined))).to.equal(is);
    });
  }

  it("is what a licence names, where nothing tells a release, and nothing where that says nothing", () => {
    expect(said(instanceSystem(instance({ platformDetails: "SUSE Linux" }), undefined))).to.equal(
      "unknown: SUSE Linux",
    );
    expect(said(instanceSystem(instance(), undefined))).to.equal("unknown: ");
  });

  it("is an online agent's word before the guest agent's, that before a silent one's, and the image's last", () => {
    const image = { publisher: "Canonical", offer: "0001-com-ubuntu-server-focal", sku: "20_04-lts-gen2" };
    const upgraded = vm({ osName: "ubuntu", osVersion: "22.04", image });
    expect(said(vmSystem(upgraded, node("Ubuntu", "24.04")))).to.equal("ubuntu 24.04 by agent");
    expect(said(vmSystem(upgraded, node("Ubuntu", "20.04", "ConnectionLost")))).to.equal("ubuntu 22.04 by agent");
    expect(said(vmSystem(vm({ image }), node("Ubuntu", "22.04", "ConnectionLost")))).to.equal("ubuntu 22.04 by agent");
    expect(said(vmSystem(vm({ image }), undefined))).to.equal("ubuntu 20.04 by image");
    expect(said(vmSystem(vm(), undefined))).to.equal("unknown: ");
  });

  for (const [publisher, offer, sku, is] of [
    ["Canonical", "ubuntu-24_04-lts", "server-arm64", "ubuntu 24.04 by image"],
    ["Debian", "debian-11", "11-backports-gen2", "debian 11 by image"],
    ["MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition", "windows-server 2022 by image"],
    [
      "MicrosoftWindowsServer",
      "WindowsServer",
      "2012-R2-Datacenter",
      "unknown: MicrosoftWindowsServer WindowsServer 2012-R2-Datacenter",
    ],
    ["RedHat", "RHEL", "9-lvm-gen2", "unknown: RedHat RHEL 9-lvm-gen2"],
  ] as const) {
    it(`is ${is}, where Azure's image is ${publisher} ${offer} ${sku}`, () => {
      expect(said(vmSystem(vm({ image: { publisher, offer, sku } }), undefined))).to.equal(is);
    });
  }

  it("has the architecture of a VM's size, and none of a name of another form", () => {
    const sizes = ["Standard_D2ps_v5", "Standard_B2pls_v2", "Standard_D2s_v5", "Standard_E64-16ads_v5", "Basic_A1"];
    expect(sizes.map((size) => vmArchitecture(vm({ size })))).to.deep.equal([
      "arm64",
      "arm64",
      "x86_64",
      "x86_64",
      "x86_64",
    ]);
    expect(vmArchitecture(vm({ size: "" }))).to.equal(undefined);
  });
});

import { expect } from "chai";
import type { PatchComplianceData, SSM } from "@aws-sdk/client-ssm";
import type { MachineSpec } from "../../../simulator/world/machineSpec.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, installs, patch, patchesOf, rule } from "../patchingFixture.ts";

const id = "i-0123456789abcdef0";
const tags = { PatchGroup: group };
const ubuntu = instance(id, { release: "24.04", tags });
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true, ApproveAfterDays: 0 })];
const image = /^linux-image-6\.8\.0-(\d+)-aws\.amd64$/;

function kernelRows(rows: readonly PatchComplianceData[], pattern = image): PatchComplianceData[] {
  return rows.filter((row) => pattern.test(row.KBId ?? ""));
}

async function scanned(
  machine: MachineSpec,
  system: "UBUNTU" | "DEBIAN" | "AMAZON_LINUX_2023",
  more: object = {},
): Promise<{
  ssm: SSM;
  rows: PatchComplianceData[];
  readonly install: () => Promise<[names: string[], from: string[]]>;
}> {
  const cloud = await cloudWith([machine]);
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, system, everything, more);
  await patch(ssm, [id], { Operation: "Scan" });
  return {
    ssm,
    rows: await patchesOf(ssm, id),
    install: async () => {
      await patch(ssm, [id], { Operation: "Install" });
      const packages = installs(cloud)[0]?.packages.filter(({ name }) => /linux-|kernel/.test(name)) ?? [];
      return [packages.map(({ name }) => name), packages.map(({ from }) => from)];
    },
  };
}

// Kernels of Ubuntu: https://wiki.ubuntu.com/Kernel/FAQ; that the code on the node looks at installed packages only,
// each by its own name, is read from it.
describe("embedded cloud: kernels on apt", () => {
  afterEach(closeClouds);

  it("misses the metapackages, and never a kernel that bears another name", async () => {
    const { rows } = await scanned(ubuntu, "UBUNTU");
    const missing = rows.filter((row) => row.State === "MISSING").map((row) => row.KBId);
    expect(missing).to.include.members(["linux-aws.amd64", "linux-image-aws.amd64", "linux-headers-aws.amd64"]);
    expect(kernelRows(rows).map((row) => row.State)).to.deep.equal(["INSTALLED", "INSTALLED"]);
  });

  it("installs the new kernel beside the running one, and keeps two", async () => {
    const { ssm, rows, install } = await scanned(ubuntu, "UBUNTU");
    const [running = "", older = ""] = kernelRows(rows).map((row) => row.KBId ?? "");
    const [names] = await install();
    const installed = names.filter((name) => image.test(`${name}.amd64`));
    expect(installed).to.have.length(1);
    const after = kernelRows(await patchesOf(ssm, id)).map((row) => row.KBId);
    expect(after).to.have.members([running, `${installed[0] ?? ""}.amd64`]);
    expect(after).to.not.include(older);
  });

  it("calls what is installed anew by its own name, which replaces nothing", async () => {
    const { install } = await scanned(ubuntu, "UBUNTU");
    const [names, from] = await install();
    const replaced = new Map(names.map((name, index) => [name, from[index]]));
    const anew = names.filter((name) => replaced.get(name) === "");
    expect(anew).to.have.length(4);
    for (const name of anew) expect(name).to.match(/6\.8\.0-\d+/);
    expect(replaced.get("linux-aws")).to.match(/^6\.8\.0-\d+\.\d+$/);
  });

  it("leaves kernels alone that the baseline rejects, and the metapackages that need them", async () => {
    const RejectedPatches = ["linux-image-6.*", "linux-headers-6.*"];
    const { rows, install } = await scanned(ubuntu, "UBUNTU", { RejectedPatches, RejectedPatchesAction: "BLOCK" });
    expect(kernelRows(rows).map((row) => row.State)).to.deep.equal(["INSTALLED_REJECTED", "INSTALLED_REJECTED"]);
    const [names] = await install();
    expect(names.filter((name) => name.includes("aws"))).to.deep.equal([]);
  });

  it("counts a kernel that left Debian's repositories as installed by others, under a rule for security", async () => {
    const debian = instance(id, { os: "debian", release: "12", tags });
    const ssm = ssmOf(await cloudWith([debian]));
    await baselineFor(ssm, "DEBIAN", [rule({ PRODUCT: ["*"] })]);
    await patch(ssm, [id], { Operation: "Install" });
    const kernels = kernelRows(await patchesOf(ssm, id), /^linux-image-6\.1\.0-\d+-cloud-amd64\.amd64$/);
    expect(kernels.map((row) => row.State)).to.deep.equal(["INSTALLED", "INSTALLED_OTHER"]);
  });
});

// https://docs.aws.amazon.com/linux/al2023/ug/kernel-update.html
describe("embedded cloud: kernels on Amazon Linux", () => {
  afterEach(closeClouds);

  it("reports one kernel, the newest of those that are installed", async () => {
    const { ssm, rows, install } = await scanned(
      instance(id, { os: "amazon-linux", release: "2023", tags }),
      "AMAZON_LINUX_2023",
    );
    const kernel = /^kernel(6\.12)?\.x86_64$/;
    expect(kernelRows(rows, kernel).map((row) => row.State)).to.deep.equal(["MISSING"]);
    const [names] = await install();
    expect(names.some((name) => /^kernel(6\.12)?$/.test(name))).to.equal(true);
    expect(kernelRows(await patchesOf(ssm, id), kernel).map((row) => row.State)).to.deep.equal(["INSTALLED"]);
  });
});

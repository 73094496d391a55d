import { packageFamily } from "../stack/baselineFilters.ts";
import { entriesOf } from "../stack/overrideList.ts";
import { finding } from "./checkTable.ts";
import type { Finding, PlacelessFault } from "../fault.ts";
import type { Approval, ApprovedPatch } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";

const architectures: Readonly<Record<"apt" | "yum", readonly string[]>> = {
  apt: ["amd64", "arm64", "armhf", "i386"],
  yum: ["x86_64", "aarch64", "i686", "noarch"],
};
const wildcard = /[*?[\]]/;

/**
 * Every fault of one approved patch, because an entry that matches nothing installs nothing and the run still succeeds.
 *
 * - Linux: id `name.architecture` of the machine, title the exact version; no wildcards. A bare name would take any
 *   version, and `name.all` matches nothing: the node's code writes the machine's own architecture for such packages
 *   (observed on Debian; yum keeps `noarch`).
 * - Windows: a KB or bulletin id; a title would be ignored.
 */
export function checkApprovedPatch(os: OperatingSystem, patch: ApprovedPatch): readonly PlacelessFault[] {
  const family = packageFamily(os);
  return family === "windows" ? checkWindows(patch) : [...checkId(family, patch.id), ...checkTitle(family, patch)];
}

function checkWindows({ id, title }: ApprovedPatch): readonly PlacelessFault[] {
  const faults: PlacelessFault[] = [];
  if (!/^(KB\d{4,10}|MS\d{2}-\d{3})$/.test(id)) {
    faults.push({ message: "not a Microsoft patch id", value: id, allowed: "KB ids such as KB5034441, or MS17-010" });
  }
  if (title !== undefined) {
    faults.push({ message: "a title selects nothing on Windows", value: title, fix: "leave the title out" });
  }
  return faults;
}

function checkId(family: "apt" | "yum", id: string): readonly PlacelessFault[] {
  const allowed = `name.architecture, with ${architectures[family].join(", ")}`;
  const architecture = id.slice(id.lastIndexOf(".") + 1);
  if (wildcard.test(id)) {
    return [{ message: "a wildcard would install what nobody reviewed", value: id, allowed }];
  }
  if (architecture === "all" || (family === "apt" && architecture === "noarch")) {
    return [
      {
        message: "matches nothing: the node writes its own architecture for packages of all architectures",
        value: id,
        allowed,
        fix: "write the machine's architecture, for example .amd64",
      },
    ];
  }
  if (!architectures[family].includes(architecture) || architecture === id) {
    return [{ message: "the id names no architecture of this OS", value: id, allowed }];
  }
  return /^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(id)
    ? []
    : [{ message: "not a package name with its architecture", value: id, allowed }];
}

/**
 * Versions as dpkg and rpm write them; an rpm's release is part of it.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
const versions: Readonly<Record<"apt" | "yum", { readonly form: RegExp; readonly example: string }>> = {
  apt: { form: /^(\d+:)?\d[A-Za-z0-9.+~-]*$/, example: "3.0.2-0ubuntu1.18" },
  yum: { form: /^(\d+:)?[A-Za-z0-9._+~^]+-[A-Za-z0-9._+~^]+$/, example: "1:1.0.2k-24.amzn2.0.14" },
};

function checkTitle(family: "apt" | "yum", { id, title }: ApprovedPatch): readonly PlacelessFault[] {
  const { form, example } = versions[family];
  const allowed = `the exact version that was reviewed, for example ${example}`;
  if (title === undefined || title === "") {
    return [{ message: "no version: the list would install any, with dependencies nobody saw", value: id, allowed }];
  }
  if (wildcard.test(title)) {
    return [{ message: "a wildcard in the version would install what nobody reviewed", value: title, allowed }];
  }
  return form.test(title) ? [] : [{ message: "not a package version", value: title, allowed }];
}

/** Every finding about an approvals file by itself, at the paths of its entries. */
export function checkApproval(approval: Approval): readonly Finding[] {
  return entriesOf(approval).flatMap(([os, patches]) =>
    patches.flatMap((patch, index) =>
      checkApprovedPatch(os, patch).map((fault) =>
        finding("approval", { file: approval.file, path: `patches.${os}[${String(index)}]`, ...fault }),
      ),
    ),
  );
}

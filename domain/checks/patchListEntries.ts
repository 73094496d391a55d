import { packageFamily } from "../stack/baselineFilters.ts";
import type { PlacelessFault } from "../fault.ts";
import type { OperatingSystem } from "../server.ts";

const windowsId = /^(KB\d{4,10}|MS\d{2}-\d{3})$/;
const cveId = /^CVE-\d{4}-\d{4,}$/i;
/**
 * Ids that vendors publish, and never names of packages: Amazon (ALAS, ALAS2, ALAS2023, ALASKERNEL-5.10-2024-050,
 * ALAS2LIVEPATCH-…, with the extra's name between), Red Hat, CentOS, Rocky, AlmaLinux, Oracle, Ubuntu (USN, LSN), Debian
 * (DSA, DLA, ELA), SUSE and openSUSE, Fedora, Gentoo, Photon, Arch, Mageia, GitHub, the OSV and the older bulletins.
 */
const advisoryId = new RegExp(
  `^(${[
    /(TIC)?ALAS[A-Z0-9.]*([-_][A-Z][A-Z0-9._]*)*-(\d+(\.\d+)*-)?\d{4}-\d+/,
    /(RH[SBE]A|CE[SBE]A|RL[SBEX]A|AL[SBE]A|EL[SBE]A|OVMSA|OVMBA)[-_]\d{4}[:-]\d+(-\d+)?/,
    /[UL]SN-\d{1,5}-\d+/,
    /D[SL]A-\d{1,5}(-\d+)?|ELA-\d{1,5}-\d+/,
    /(open)?SUSE-[SRFO]U-\d{4}[:-]\d+(-\d+)?|SUSE-(SLE|CU)[A-Z0-9-]*-\d{4}-\d+/,
    /FEDORA(-EPEL)?-\d{4}-[0-9A-F]+|GLSA[- ]\d{6}-\d+|PHSA-\d{4}-[\d.]+-\d+|ASA-\d{6}-\d+|MGASA-\d{4}-\d+/,
    /GHSA(-[0-9a-z]{4}){3}|OSV-\d{4}-\d+|(PYSEC|RUSTSEC|GO|MAL)-\d{4}-\d+|ADV\d{6}|VU#\d+|BDU:\d{4}-\d+/,
  ]
    .map(({ source }) => source)
    .join("|")})$`,
  "i",
);
const knowledgeBase = /^(KB\d+|MS\d{2}-\d{3})$/i;
const packageText = /^[A-Za-z0-9*?[\]!+.:_~^-]+$/;

const yumForms = "name, name.arch, name-version, name-epoch:version-release.arch and the like, with one * at most";
const aptForms = "package names such as openssl, with * as a wildcard";

function fault(message: string, value: string, allowed: string, fix?: string): PlacelessFault {
  return { message, value, allowed, ...(fix === undefined ? {} : { fix }) };
}

function checkYum(entry: string, list: "approved" | "rejected"): PlacelessFault | undefined {
  if (cveId.test(entry) || advisoryId.test(entry) || /^\d+$/.test(entry)) {
    if (list === "approved" && advisoryId.test(entry) && !/^ALAS/i.test(entry)) {
      return fault("another vendor's advisory, so this matches nothing on Amazon Linux", entry, yumForms);
    }
    return list === "approved"
      ? undefined
      : fault("a rejected list takes package names only, so this rejects nothing", entry, yumForms);
  }
  if (entry.split("*").length > 2) {
    return fault("more than one * in an entry", entry, yumForms, "split it into entries with one * each");
  }
  return packageText.test(entry) ? undefined : fault("not a package name", entry, yumForms);
}

function checkApt(entry: string): PlacelessFault | undefined {
  if (cveId.test(entry) || advisoryId.test(entry)) {
    return fault(
      "apt packages carry no CVE or advisory ids, so this matches nothing",
      entry,
      aptForms,
      "name the package",
    );
  }
  return packageText.test(entry) ? undefined : fault("not a package name", entry, aptForms);
}

/**
 * What is wrong with the form of an entry of a baseline's approved or rejected list: AWS takes any text of 1–100
 * characters, and an entry in a form that the OS does not know matches nothing. On apt this also takes wildcards and
 * the forms with architecture or version, which AWS's page does not name and its on-node code matches (INFERRED to
 * hold today).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-approved-rejected-package-name-formats.html
 */
export function checkPatchListEntry(
  os: OperatingSystem,
  entry: string,
  list: "approved" | "rejected",
): PlacelessFault | undefined {
  const family = packageFamily(os);
  if (family === "windows") {
    const allowed = "KB ids such as KB5034441, bulletins such as MS17-010";
    return windowsId.test(entry) ? undefined : fault("not a Microsoft patch id", entry, allowed);
  }
  if (knowledgeBase.test(entry)) {
    return fault("a Windows patch id in a Linux baseline", entry, family === "apt" ? aptForms : yumForms);
  }
  return family === "yum" ? checkYum(entry, list) : checkApt(entry);
}

import { packageFamily } from "../stack/baselineFilters.ts";
import type { PlacelessFault } from "../fault.ts";
import type { OperatingSystem } from "../server.ts";

const windowsId = /^(KB\d{4,10}|MS\d{2}-\d{3})$/;
const cveId = /^CVE-\d{4}-\d{4,}$/i;
const advisoryId = /^(ALAS\d*|RHSA|RHBA|RHEA|ELSA|ELBA)[-:]/i;
const knowledgeBase = /^(KB\d+|MS\d{2}-\d{3})$/i;
const packageText = /^[A-Za-z0-9*?[\]!+.:_~^-]+$/;

const yumForms = "name, name.arch, name-version, name-epoch:version-release.arch and the like, with one * at most";
const aptForms = "package names such as openssl, with * as a wildcard";

function fault(message: string, value: string, allowed: string, fix?: string): PlacelessFault {
  return { message, value, allowed, ...(fix === undefined ? {} : { fix }) };
}

function checkYum(entry: string, list: "approved" | "rejected"): PlacelessFault | undefined {
  if (cveId.test(entry) || advisoryId.test(entry) || /^\d+$/.test(entry)) {
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

import { packagesOn } from "../data/packageData.ts";
import type { PackageEntry } from "../data/packageData.ts";
import { noticeOf } from "./notices.ts";
import type { RowDraft } from "./packageRow.ts";
import { memoised } from "./releaseMemo.ts";
import { sourceHistory } from "./sourceHistory.ts";
import type { MachineKind } from "./traits.ts";
import { growsUpstream, written } from "./versionHistory.ts";

/** `installonly_limit` of yum and dnf: so many kernels stay installed. */
const kernelsKept = 3;
const installOnly: ReadonlySet<string> = new Set(["kernel", "kernel6.12"]);

function draftOf(entry: PackageEntry, release: string, arch: string): RowDraft {
  const { name, source } = entry;
  const history = sourceHistory(source, `amazon-linux ${release}`, { standardUntil: undefined, extended: false });
  const renamed = growsUpstream(name);
  return {
    name,
    renamed,
    kept: renamed || installOnly.has(name) ? kernelsKept : 1,
    optional: false,
    arch: entry.noarch ? "noarch" : arch,
    section: "",
    chain: history.key,
    needsNames: entry.needs,
    calendar: history.calendar,
    release: memoised((index) => {
      const of = history.release(index);
      const notice = noticeOf(source, release, history.key, index, of);
      return {
        name: renamed ? written(name, of.step) : name,
        version: of.version,
        releasedAt: of.releasedAt,
        security: of.security,
        ...notice,
        title: "",
        supersedes: [],
      };
    }),
  };
}

/**
 * The packages of an Amazon Linux machine: epoch, version and release; the sub-packages of a source come with one
 * notice. Kernels are installed beside the ones before them.
 * https://docs.aws.amazon.com/linux/al2023/ug/kernel-update.html
 */
export function yumDrafts(kind: MachineKind, traits: readonly string[]): readonly RowDraft[] {
  const arch = kind.arch === "arm64" ? "aarch64" : "x86_64";
  return packagesOn("yum", `amazon-linux ${kind.release}`)
    .filter(({ where }) => where.length === 0 || where.some((trait) => traits.includes(trait)))
    .map((entry) => draftOf(entry, kind.release, arch));
}

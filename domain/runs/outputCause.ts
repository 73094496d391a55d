/** What in the words of package managers and Windows Update tells why they failed, likeliest first. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /could not get lock|frontend lock|holding the yum lock|waiting for process with pid|system management is locked|0x80240016/i,
    "another package manager holds the lock",
  ],
  [
    /no space left on device|enough free space|more space needed on|^disk requirements|0x80070070/im,
    "the disk is full",
  ],
  [
    /NO_PUBKEY|signatures couldn't be verified|is not signed|GPG check FAILED|public key for .+ is not installed|0x800B0109/i,
    "a signature cannot be verified",
  ],
  [/dpkg was interrupted|--configure -a/i, "packages are half configured: the package manager was broken off before"],
  [
    /unmet dependencies|held broken packages|nothing provides|conflicting requests|Error: Package: /i,
    "dependencies cannot be met",
  ],
  [
    /failed to fetch|temporary failure resolving|could not (?:resolve|connect)|cannot find a valid baseurl|cannot retrieve repository metadata|failed to download metadata|errors during downloading|curl error|timed out|0x80072E(?:E2|E7|FD)|0x8024402C|0x8024401C/i,
    "the repository cannot be reached",
  ],
  [/did not boot again/i, "it did not boot again"],
];

/** Longest part of a server's own words. */
const longest = 200;

/**
 * Why a command failed on a server, by what it wrote: in words, and the line that says so. Where nothing known is in it,
 * its last line.
 *
 * The words are those of apt, dpkg, yum, dnf, zypper and Windows Update
 * (https://learn.microsoft.com/troubleshoot/windows-client/installing-updates-features-roles/common-windows-update-errors).
 */
export function outputCause(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  for (const [pattern, words] of causes) {
    const line = lines.find((each) => pattern.test(each));
    if (line !== undefined) return `${words}: ${line.slice(0, longest)}`;
  }
  return lines.findLast((line) => line !== "")?.slice(0, longest) ?? "";
}

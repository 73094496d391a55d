/**
 * What in the words of Patch Manager, package managers and Windows Update tells why they failed, likeliest first. What
 * Patch Manager says of itself comes first: it ends with a package manager's words where it never reached one.
 */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /UnsupportedOperatingSystem|unsupported operating system/i,
    "Patch Manager does not know this release: another baseline does not help",
  ],
  [
    /unable to download payload|PatchBaselineOperations?\b.*(?:unable to connect|underlying connection was closed)/i,
    "Patch Manager's own code cannot be fetched from S3",
  ],
  [
    /unable to extract tar file|unable to load and extract the content of payload|no such file or directory: '?patch-baseline-operations/i,
    "another patch command was at work at the same time, or /var is full",
  ],
  [
    /unsupported package manager and python|unable to import yum module|No module named '?(?:apt|apt_pkg|dnf|rpm|yum)\b/i,
    "Patch Manager finds no Python it can use",
  ],
  [/_script\.sh: permission denied/i, "/var/lib/amazon is mounted noexec"],
  [/running scripts is disabled on this system|ConstrainedLanguage/i, "a policy keeps PowerShell from running scripts"],
  [/signature expired|signature not yet current|RequestTimeTooSkewed|is not valid yet/i, "its clock is off"],
  [
    /AccessDenied|access denied and no metadata credentials|is not authorized to perform/,
    "its role, or the bucket's policy, lacks a right",
  ],
  [
    /unable to locate credentials|NoCredentialsError|ExpiredToken|security token .* (?:expired|invalid)/i,
    "it has no valid AWS credentials",
  ],
  [/(?:Item|Total)SizeLimitExceeded/, "its report is larger than inventory takes"],
  [
    /could not get lock|frontend lock|^E: .*\/lock\b|locked by another process|already locked by|holding the yum lock|waiting for process with pid|system management is locked|0x80240016/i,
    "another package manager holds the lock",
  ],
  [
    /no space left on device|write \(28:|writing received data to disk|enough free space|more space needed on|needs \d+\w* (?:more space )?on the|^disk requirements|0x80070070/im,
    "the disk is full",
  ],
  [/read-only file system/i, "a file system is mounted read-only"],
  [/cannot allocate memory|out of memory|0x8007000E/i, "memory ran out"],
  [
    /NO_PUBKEY|signatures (?:couldn't be verified|were invalid)|is not signed|GPG signature is not available|GPG check FAILED|public key for .+ is not installed|0x800B0109/i,
    "a signature cannot be verified",
  ],
  [
    /dpkg was interrupted|--configure -a|APT cache has broken packages|stdin at conffile prompt/i,
    "packages are half configured: the package manager was broken off before",
  ],
  [
    /unmet dependencies|held broken packages|nothing provides|conflicting requests|Error: Package: |removing the following protected packages/i,
    "dependencies cannot be met",
  ],
  [
    /Protected multilib versions|is a duplicate with/i,
    "packages are installed twice, of an update that was broken off: package-cleanup --cleandupes",
  ],
  [/conflicts with file from package|trying to overwrite '/i, "two packages have the same file"],
  [
    /Bad return status for module build on kernel/i,
    "a kernel module of somebody else (dkms) does not build for the new kernel",
  ],
  [
    /(?:installation|removal) script subprocess returned|(?:pre|post)(?:in|un|trans) scriptlet|scriptlet failed/i,
    "a package's own script fails",
  ],
  [
    /DB_RUNRECOVERY|rpmdb open failed|cannot open Packages database|rpm database is corrupt/i,
    "rpm's database is damaged: rpm --rebuilddb",
  ],
  [
    /(?:HTTP Error|Status code:) 403|403 {1,2}Forbidden/i,
    "the repository refuses it: Amazon Linux has its own in S3, which the policy of an endpoint may leave out",
  ],
  [
    /(?:HTTP Error|Status code:) 401|401 {1,2}Unauthorized/i,
    "the repository wants a sign-in: Ubuntu Pro's, or another's, is missing or has run out",
  ],
  [/407 {1,2}Proxy Authentication|Received HTTP code 407/i, "a proxy wants a sign-in"],
  [
    /Hash Sum mismatch|File has unexpected size|(?:does not match|doesn't match) checksum|checksum doesn't match/i,
    "what arrives is not what the repository's lists say: a mirror in mid-synchronisation, or a cache in between",
  ],
  [/(?:does not|no longer) ha(?:ve|s) a Release file/i, "the repository no longer has this release"],
  [/Release file for .+ is expired/i, "the repository's lists have expired: its mirror is not synchronised any more"],
  [
    /Repository '.+' changed its '\w+' value/,
    "the repository calls itself otherwise than before: apt-get update --allow-releaseinfo-change, once",
  ],
  [
    /SSL connect error|certificate problem|certificate verification failed|certificate is NOT trusted|Curl error \((?:35|60)\)/i,
    "TLS to the repository fails: a proxy may be opening it, or the clock is wrong",
  ],
  [/(?:HTTP Error|Status code:) 404|404 {1,2}Not Found/i, "the repository has nothing at this address any more"],
  [/0x80070422|0x8024001E|0x8024002E|0x8024500C/i, "Windows Update's service is stopped, or switched off by a policy"],
  [
    /0x80073712|0x800F081F|0x800F0831|0x800F0982/i,
    "Windows' component store is damaged: DISM /Online /Cleanup-Image /RestoreHealth",
  ],
  [
    /0x80070643/i,
    "the update's own installer failed; of an update of the recovery environment (WinRE): its partition is too small",
  ],
  [/0x800F0823/i, "Windows wants its newest servicing stack update first: approve it in the baseline"],
  [/0x80070005|0x80070020/i, "Windows may not write a file, or another program has it open: often a virus scanner"],
  [/0x80244010/i, "WSUS has more to say than one scan takes: scan again, and decline superseded updates there"],
  [/0x80070BC9/i, "Windows has to restart before it installs anything more"],
  [
    /failed to fetch|temporary failure resolving|could not (?:resolve|connect)|cannot find a valid baseurl|cannot retrieve repository metadata|failed to download metadata|errors during downloading|no more mirrors to try|curl error|timed out|0x80072(?:EE[27]|EF[DE]|F8F)|0x8024402C|0x802440(?:1[7-9BCF]|2[1-3])|0x8024043[78]/i,
    "the repository cannot be reached",
  ],
  // Why is kept from Patch Manager's output.
  [/Failed to install package: /, "dnf did not install it: /var/log/dnf.log on the server says why"],
  [/did not boot again/i, "it did not boot again"],
  // It waits and tries again, so that alone it tells nothing.
  [/another process has acquired yum lock/i, "another package manager holds the lock"],
];

/**
 * What Patch Manager's exit codes mean, for a command whose words are cut off before the end: GetCommandInvocation has
 * the first 24,000 characters only. The documented ones are in AWS's troubleshooting; the rest is read in its on-node
 * code of 2021 (docs/limits.md).
 */
const exitCodes: Readonly<Record<string, string>> = {
  2: "dependencies cannot be met",
  126: "/var/lib/amazon is mounted noexec",
  143: "Systems Manager gave it no snapshot of its baseline",
  144: "Systems Manager gave it no snapshot of its baseline",
  145: "its role may not fetch the snapshot of its baseline",
  146: "Patch Manager does not know this release: another baseline does not help",
  149: "its report could not be delivered",
  152: "another patch command was at work at the same time, or /var is full",
  155: "another patch command was at work at the same time, or /var is full",
  156: "Patch Manager's own code cannot be fetched from S3, or broke off",
  160: "its role, or the bucket's policy, keeps the baseline override from it",
  162: "the baseline override cannot be fetched from S3",
  163: "the baseline override has nothing for its operating system",
  165: "the baseline override has two baselines for its operating system",
  167: "it was given an override list and a baseline override",
  195: "some packages failed, and a restart is due",
  196: "dependencies cannot be met, and a restart is due",
};

/** Longest part of a server's own words. */
const longest = 200;

/** Patch Manager writes what dnf and zypper have said in one line, as Python writes bytes. */
function linesOf(output: string): readonly string[] {
  const lines = output.split("\n").flatMap((line) => (/\bb["']/.test(line) ? line.split(/\\+n/) : [line]));
  return lines.map((line) => line.trim());
}

/** The part of a line that says it. */
function shown(line: string, pattern: RegExp): string {
  const at = line.search(pattern);
  return line.slice(at < longest ? 0 : at).slice(0, longest);
}

/**
 * Why a command failed on a server, by what it wrote: in words, and the line that says so. Where nothing known is in it,
 * what its exit code means, or its last line.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html
 * @see https://learn.microsoft.com/troubleshoot/windows-client/installing-updates-features-roles/common-windows-update-errors
 */
export function outputCause(output: string): string {
  const lines = linesOf(output);
  for (const [pattern, words] of causes) {
    const line = lines.find((each) => pattern.test(each));
    if (line !== undefined) return `${words}: ${shown(line, pattern)}`;
  }
  const [ended, code = ""] = /failed to run commands: exit status (\d+)/.exec(output) ?? [];
  const meaning = exitCodes[code];
  if (ended !== undefined && meaning !== undefined) return `${meaning}: ${ended}`;
  return lines.findLast((line) => line !== "")?.slice(0, longest) ?? "";
}

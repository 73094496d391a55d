import { expect } from "chai";
import { outputCause } from "../../../domain/runs/outputCause.ts";

/** As the tools write it. */
const cases: readonly (readonly [string, string])[] = [
  [
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)",
    "another package manager holds the lock",
  ],
  [
    "Another app is currently holding the yum lock; waiting for it to exit...",
    "another package manager holds the lock",
  ],
  ["Waiting for process with pid 1734 to finish.", "another package manager holds the lock"],
  ["W: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease", "the repository cannot be reached"],
  ["Cannot find a valid baseurl for repo: amzn2-core/2/x86_64", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x80072EE2", "the repository cannot be reached"],
  [
    "2024-01 Security Update (KB5034439) failed with HRESULT: 0x80070643",
    "the update's own installer failed; of an update of the recovery environment (WinRE): its partition is too small",
  ],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", "the disk is full"],
  ["At least 118MB more space needed on the / filesystem.", "the disk is full"],
  ["Error: GPG check FAILED", "a signature cannot be verified"],
  ["ModuleNotFoundError: No module named 'apt_pkg'", "Patch Manager finds no Python it can use"],
  [
    "Error: Protected multilib versions: libgcc-7.3.1-17.amzn2.i686 != libgcc-7.3.1-15.amzn2.x86_64",
    "packages are installed twice, of an update that was broken off: package-cleanup --cleandupes",
  ],
  [
    "Error! Bad return status for module build on kernel: 6.8.0-1021-azure (x86_64)",
    "a kernel module of somebody else (dkms) does not build for the new kernel",
  ],
  [
    "E: Failed to fetch https://esm.ubuntu.com/infra/ubuntu/dists/focal-infra-security/InRelease  401  Unauthorized [IP: 91.189.91.46 443]",
    "the repository wants a sign-in: Ubuntu Pro's, or another's, is missing or has run out",
  ],
  ["Curl error (56): Received HTTP code 407 from proxy after CONNECT", "a proxy wants a sign-in"],
  [
    "E: Failed to fetch http://deb.example.org/pool/x.deb  File has unexpected size (10 != 12). Mirror sync in progress?",
    "what arrives is not what the repository's lists say: a mirror in mid-synchronisation, or a cache in between",
  ],
  [
    "http://repo.example.org/repodata/primary.sqlite.bz2: [Errno -1] Metadata file does not match checksum",
    "what arrives is not what the repository's lists say: a mirror in mid-synchronisation, or a cache in between",
  ],
  [
    "The following signatures were invalid: EXPKEYSIG 3B4FE6ACC0B21F32 Example archive key",
    "a signature cannot be verified",
  ],
  [
    "E: Release file for http://mirror.example.org/debian-security/dists/bookworm-security/InRelease is expired (invalid since 3d 2h 1min 7s).",
    "the repository's lists have expired: its mirror is not synchronised any more",
  ],
  [
    "E: Repository 'http://deb.debian.org/debian bookworm InRelease' changed its 'Suite' value from 'stable' to 'oldstable'",
    "the repository calls itself otherwise than before: apt-get update --allow-releaseinfo-change, once",
  ],
  [
    "Invoke-PatchBaselineOperation : The underlying connection was closed: An unexpected error occurred on a send.",
    "Patch Manager's own code cannot be fetched from S3",
  ],
  ["Exception from HRESULT: 0x80244018", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x8024401B", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x8024500C", "Windows Update's service is stopped, or switched off by a policy"],
  [
    "Exception from HRESULT: 0x80244010",
    "WSUS has more to say than one scan takes: scan again, and decline superseded updates there",
  ],
  [
    "2026-11 Cumulative Update (KB5070001) failed with HRESULT: 0x800F0823",
    "Windows wants its newest servicing stack update first: approve it in the baseline",
  ],
  [
    "2026-11 Cumulative Update (KB5070001) failed with HRESULT: 0x80070020",
    "Windows may not write a file, or another program has it open: often a virus scanner",
  ],
  [
    "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 3B4FE6ACC0B21F32",
    "a signature cannot be verified",
  ],
  ["E: Unable to correct problems, you have held broken packages.", "dependencies cannot be met"],
  [
    "E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a' to correct the problem.",
    "packages are half configured: the package manager was broken off before",
  ],
  [
    "An error occurred (UnsupportedOperatingSystem) when calling the GetDeployablePatchSnapshotForInstance operation:",
    "Patch Manager does not know this release: another baseline does not help",
  ],
  [
    "Unable to download payload: https://s3.dualstack.eu-west-1.amazonaws.com/aws-ssm-eu-west-1/patchbaselineoperations/linux/payloads/patch-baseline-operations-1.80.tar.gz.",
    "Patch Manager's own code cannot be fetched from S3",
  ],
  [
    "C:\\ProgramData\\Amazon\\SSM\\_script.ps1 : An error occurred when executing PatchBaselineOperations: Unable to connect to the remote server",
    "Patch Manager's own code cannot be fetched from S3",
  ],
  [
    "IOError: [Errno 2] No such file or directory: 'patch-baseline-operations-1.75.tar.gz'",
    "another patch command was at work at the same time, or /var is full",
  ],
  [
    "An unsupported package manager and python version combination was found.",
    "Patch Manager finds no Python it can use",
  ],
  [
    "/var/lib/amazon/ssm/i-0/document/orchestration/c/PatchLinux/_script.sh: Permission denied",
    "/var/lib/amazon is mounted noexec",
  ],
  [
    "E: Release file for http://security.ubuntu.com/ubuntu/dists/jammy-security/InRelease is not valid yet (invalid for another 2h 3min 1s).",
    "its clock is off",
  ],
  [
    "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
    "its role, or the bucket's policy, lacks a right",
  ],
  [
    "https://al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com/core/mirrors/latest/x86_64/mirror.list: Status code: 403",
    "the repository refuses it: Amazon Linux has its own in S3, which the policy of an endpoint may leave out",
  ],
  [
    "E: The repository 'http://deb.debian.org/debian bullseye-backports Release' no longer has a Release file.",
    "the repository no longer has this release",
  ],
  ["error: rpmdb open failed", "rpm's database is damaged: rpm --rebuilddb"],
  [
    "Error: Problem: The operation would result in removing the following protected packages: kernel",
    "dependencies cannot be met",
  ],
  ["[Errno 256] No more mirrors to try.", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x80240437", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x80070422", "Windows Update's service is stopped, or switched off by a policy"],
  [
    "01/16/2021 14:05:05 root [ERROR]: APT cache has broken packages, exiting",
    "packages are half configured: the package manager was broken off before",
  ],
];

/** Whole words of apt 2.6, dpkg 1.21 and dnf 4.14 as these wrote them, and of Patch Manager's code of 2021 around dnf. */
const recorded: readonly (readonly [string, string])[] = [
  [
    `E: Sperre /var/lib/dpkg/lock-frontend konnte nicht erlangt werden. Sie wird von Prozess 17650 (python3) gehalten.
E: Erlangen der Sperre für die Dpkg-Oberfläche (/var/lib/dpkg/lock-frontend) nicht möglich; wird sie von einem anderen Prozess verwendet?`,
    "another package manager holds the lock",
  ],
  [
    "dpkg: error: dpkg database lock was locked by another process with pid 15704\nNote: removing the lock file is always wrong",
    "another package manager holds the lock",
  ],
  ["metadata already locked by 25380", "another package manager holds the lock"],
  [
    `W: Not using locking for read only lock file /var/lib/dpkg/lock-frontend
E: Sub-process /usr/bin/dpkg returned an error code (2)
dpkg: error: unable to access the dpkg database directory /var/lib/dpkg: Read-only file system`,
    "a file system is mounted read-only",
  ],
  [
    `W: Fehlschlag beim Holen von http://deb.debian.org/debian/dists/bookworm/InRelease Fehler beim Schreiben in Datei - write (28: Auf dem Gerät ist kein Speicherplatz mehr verfügbar)`,
    "the disk is full",
  ],
  [
    `Error: Error downloading packages:
  big-2.0-1.noarch: Download failed: Curl error (23): Failed writing received data to disk/application for http://127.0.0.1:8199/repo/big-2.0-1.noarch.rpm [Failure writing output to destination]`,
    "the disk is full",
  ],
  [
    `Error: Transaction test error:
  installing package big-2.0-1.noarch needs 63MB more space on the /opt filesystem`,
    "the disk is full",
  ],
  [
    `Errors during downloading metadata for repository 'good':
  - Status code: 404 for http://127.0.0.1:8199/repo/repodata/repomd.xml.asc (IP: 127.0.0.1)
Error: Failed to download metadata for repo 'good': GPG verification is enabled, but GPG signature is not available.`,
    "a signature cannot be verified",
  ],
  [
    `Errors during downloading metadata for repository 'good':
  - Status code: 404 for http://127.0.0.1:8199/nothere/repodata/repomd.xml (IP: 127.0.0.1)
Error: Failed to download metadata for repo 'good': Cannot download repomd.xml`,
    "the repository has nothing at this address any more",
  ],
  [
    `Errors during downloading metadata for repository 'good':
  - Curl error (35): SSL connect error for https://127.0.0.1:8199/repo/repodata/repomd.xml [gnutls_handshake() failed: An unexpected TLS packet was received.]`,
    "TLS to the repository fails: a proxy may be opening it, or the clock is wrong",
  ],
  [
    `Error: Transaction test error:
  file /opt/shared/f from install of other-1.0-1.noarch conflicts with file from package thing-1.0-1.noarch`,
    "two packages have the same file",
  ],
  [
    `Setting up badpost (1) ...
dpkg: error processing package badpost (--configure):
 installed badpost package post-installation script subprocess returned error exit status 1
Errors were encountered while processing:
 badpost`,
    "a package's own script fails",
  ],
  [
    `error: cannot open Packages index using sqlite - No such file or directory (2)
error: cannot open Packages database in /var/lib/rpm`,
    "rpm's database is damaged: rpm --rebuilddb",
  ],
  [
    `Error: 
 Problem: conflicting requests
  - nothing provides nowhere >= 3 needed by needs-2.0-1.noarch`,
    "dependencies cannot be met",
  ],
  [
    `11/29/2026 23:30:31 root [WARNING]: Failed to install package: needs-0:2.0-1.noarch
11/29/2026 23:30:33 root [INFO]: Installed count: 3, Installed Other count: 0, Failed count: 0`,
    "dnf did not install it: /var/log/dnf.log on the server says why",
  ],
];

describe("the cause of a failure", () => {
  for (const [output, words] of recorded)
    it(`is told by what was written: ${words}, ${output.split("\n", 1).join().slice(0, 60)}`, () => {
      expect(outputCause(`${output}\nfailed to run commands: exit status 1\n`)).to.match(new RegExp(`^${words}: `));
    });

  it("is found in the one line that Patch Manager makes of what dnf has said", () => {
    const said = String.raw`patch_common.cli_invoker.CLIInvokerException: ("Failed CLI Invocation: ['dnf', 'makecache']", CLIInvokerException('Subprocess returned error code 1 for command [b\'dnf\', b\'makecache\']. \n Output: b"good repo                                       0.0  B/s |   0  B     00:00    \\nErrors during downloading metadata for repository \'good\':\\n  - Curl error (7): Couldn\'t connect to server for http://127.0.0.1:8199/repo/repodata/repomd.xml\\nError: Failed to download metadata for repo \'good\'\\n"'))`;
    expect(outputCause(said)).to.equal(
      String.raw`the repository cannot be reached: Errors during downloading metadata for repository \'good\':`,
    );
  });

  for (const [line, words] of cases)
    it(`is told by: ${line}`, () => {
      expect(outputCause(`Reading package lists...\n${line}\nfailed to run commands: exit status 1\n`)).to.equal(
        `${words}: ${line}`,
      );
    });

  it("is no lock that was waited for where something else failed", () => {
    const waited = "root [INFO]: another process has acquired yum lock, waiting 2 s and retry.";
    expect(outputCause(`${waited}\nError: GPG check FAILED`)).to.equal(
      "a signature cannot be verified: Error: GPG check FAILED",
    );
    expect(outputCause(waited)).to.equal(`another package manager holds the lock: ${waited}`);
  });

  it("is told by the exit code where the words are cut off before the end", () => {
    const stderr = "failed to run commands: exit status 196";
    expect(outputCause(`${stderr}\nUnpacking libc6 ...\n--output truncated--`)).to.equal(
      `dependencies cannot be met, and a restart is due: ${stderr}`,
    );
    expect(outputCause("failed to run commands: exit status 77\nthe hook says no")).to.equal("the hook says no");
  });

  it("is the last line where nothing known is in it, and empty where nothing was written", () => {
    expect(outputCause("one\nsomething else\n\n")).to.equal("something else");
    expect(outputCause("\n")).to.equal("");
  });
});

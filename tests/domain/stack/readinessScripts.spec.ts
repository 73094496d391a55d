import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readinessOf } from "../../../domain/doctor/drill.ts";
import { linuxReadiness, readinessChecks, windowsReadiness } from "../../../domain/stack/readinessScripts.ts";
import { shellcheck } from "../../onboarding/shellcheck.ts";

/**
 * What stands in for curl and the package managers on the test's PATH; their arguments decide, as hosts and sources
 * would. Words and exit codes of apt 2.6 and dnf 4.14 are as those said them; yum's words are from reports of yum 3.4.
 */
const cached = `"-C -q --setopt=exit_on_lock=1 updateinfo list all") printf '%s' "$NOTICES" ;;
"-C -q --setopt=exit_on_lock=1 repolist -v") printf 'Repo-id            : a\\nRepo-updated       : %s\\n' "$UPDATED" ;;
*) exit 98 ;;
esac`;
const stubs = {
  curl: `case "$*" in *-sSIk*) printf 'date: %s\\r\\n' "$CLOCK"; exit 0 ;; esac
for url; do :; done
case " $DOWN " in *" $url "*) echo "curl: (6) Could not resolve host" >&2; exit 6 ;; esac`,
  "apt-get": `case "$*" in "update -c "*) ;; *) exit 98 ;; esac
for word; do case "$word" in Dir::State::lists=*) cp "$OFFERED"/* "\${word#*=}/" ;; esac; done
printf '%s\\n' "$APT_SAYS"`,
  "apt-mark": `[ -z "$HELD" ] || printf '%s\\n' $HELD`,
  dnf: `[ "$LC_ALL" = C ] || exit 99
case "$*" in
*--refresh*skip_if_unavailable=0*exit_on_lock=1*makecache) printf '%s\\n' "$RPM_SAYS"; exit "$RPM_CODE" ;;
${cached}`,
  yum: `case "$*" in
*skip_if_unavailable=0*exit_on_lock=1*makecache\\ fast) printf '%s\\n' "$RPM_SAYS"; exit "$RPM_CODE" ;;
${cached}`,
  uname: `echo "$KERNEL"`,
  // The server's clock stands.
  date: `case "$*" in +%s) echo "$NOW" ;; *) PATH="\${PATH#*:}" exec date "$@" ;; esac`,
};
const now = new Date("2026-12-01T12:00:00Z");
const aws = "https://ssm.eu-west-1.amazonaws.com/";
const bucket = "https://patch-baseline-snapshot-eu-west-1.s3.eu-west-1.amazonaws.com/";
const messages = ["ssmmessages", "ec2messages"].map((name) => `https://${name}.eu-west-1.amazonaws.com/`);
const day = 86_400_000;
const release = (suite: string, age = 0): string =>
  `Origin: X\nSuite: ${suite}\nDate: ${new Date(now.getTime() - age * day).toUTCString()}\n`;
/** What apt gets of a server's sources, by the names of its files: what was released long ago changes no more. */
const offered = {
  "deb.example.org_dists_jammy_InRelease": release("jammy", 900),
  "deb.example.org_dists_jammy-security_InRelease": release("jammy-security"),
};
const notice = "  ALAS2023-2026-001 Important/Sec. p-2-1.noarch\n";

describe("the readiness document's script for Linux, run as it is", () => {
  let folder: string;
  const lockFile = (): string => join(folder, "var", "lib", "dpkg", "lock-frontend");

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-readiness-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "run"));
    mkdirSync(join(folder, "boot"));
    for (const version of ["6.1.0-9-cloud-amd64", "6.1.0-10-cloud-amd64", "6.12.0-1-cloud-amd64"])
      writeFileSync(join(folder, "boot", `vmlinuz-${version}`), "");
    for (const [name, lines] of Object.entries(stubs))
      writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    mkdirSync(dirname(lockFile()), { recursive: true });
    writeFileSync(lockFile(), "");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  interface Ground {
    readonly down?: readonly string[];
    readonly clock?: Date;
    /** MiB that are wanted on the root. */
    readonly wanted?: number;
    /** Inodes that are wanted on the root. */
    readonly inodes?: number;
    readonly held?: string;
    /** Files below /etc. */
    readonly etc?: Readonly<Record<string, string>>;
    /** The lists that apt gets, by name, and what it says. */
    readonly apt?: { readonly lists?: Readonly<Record<string, string>>; readonly says?: string };
    /** The manager of a machine without apt, with what it says and how it ends. */
    readonly rpm?: readonly ["dnf" | "yum", string, number];
    /** What the repositories of a machine without apt have. */
    readonly notices?: string;
    readonly updated?: Date;
    /** The kernel that runs, and the second of the start. */
    readonly kernel?: readonly [string, number];
  }

  /** Answers every check that is not well, with its words. */
  function run({
    down = [],
    clock = now,
    wanted = 0,
    inodes = 0,
    held = "",
    etc = {},
    apt: { lists = offered, says: aptSays = "" } = {},
    rpm,
    notices = notice,
    updated = now,
    kernel: [kernel, startedAt] = ["6.99.0-own", 0],
  }: Ground = {}): Readonly<Record<string, string>> {
    for (const [name, files] of Object.entries({ etc, offered: { ...lists, auxfiles: "" } })) {
      rmSync(join(folder, name), { recursive: true, force: true });
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name, path)), { recursive: true });
        writeFileSync(join(folder, name, path), content);
      }
    }
    writeFileSync(join(folder, "stat"), `cpu 1 2\nbtime ${String(startedAt)}\n`);
    const [manager, says = "", code = 0] = rpm ?? [];
    const lines = linuxReadiness.join("\n").replaceAll("has apt-get", rpm === undefined ? "true" : "false");
    const script = lines
      .replaceAll("has dnf", manager === "dnf" ? "true" : "false")
      .replaceAll("{{ Region }}", "eu-west-1")
      .replace("mktemp -d -p /run", `mktemp -d -p ${join(folder, "run")}`)
      // What this machine has there, and who is at work on it, is not looked at.
      .replaceAll(/(room|inodes) (\/var|\/boot) \d+/g, "$1 $2 0")
      .replaceAll(" /var/", ` ${join(folder, "var")}/`)
      .replaceAll("/boot", join(folder, "boot"))
      .replace("/proc/stat", join(folder, "stat"))
      .replaceAll("/etc/", `${join(folder, "etc")}/`)
      .replace(/inodes \/ \d+/, `inodes / ${String(inodes)}`)
      .replace(/room \/ \d+/, `room / ${String(wanted * 1024)}`);
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
      encoding: "utf8",
      env: {
        PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        DOWN: down.join(" "),
        // Another one than the script asks for, and one that every machine has.
        LC_ALL: "POSIX",
        HELD: held,
        RPM_SAYS: says,
        RPM_CODE: String(code),
        OFFERED: join(folder, "offered"),
        APT_SAYS: aptSays,
        NOTICES: notices,
        NOW: String(now.getTime() / 1000),
        UPDATED: updated.toUTCString(),
        KERNEL: kernel,
        CLOCK: Number.isNaN(clock.getTime()) ? "" : clock.toUTCString(),
      },
    });
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(readdirSync(join(folder, "run"))).to.deep.equal([]);
    const said = readinessOf(stdout);
    expect([...said.keys()]).to.deep.equal([...readinessChecks]);
    const bad = [...said].filter(([, { result }]) => result !== "ok");
    return Object.fromEntries(bad.map(([id, { result, words }]) => [id, `${result} ${words}`]));
  }

  it("says that all is well where it is, and leaves nothing behind", () => {
    expect(run()).to.deep.equal({});
  });

  it("names the hosts that it did not reach; one of the two for messages is enough", () => {
    expect(run({ down: [bucket] })["aws"]).to.equal(
      "failed patch-baseline-snapshot-eu-west-1.s3.eu-west-1.amazonaws.com: curl: (6) Could not resolve host",
    );
    expect(run({ down: messages.slice(0, 1) })).to.deep.equal({});
    expect(run({ down: messages })["aws"]).to.match(/^failed ssmmessages/);
    expect(run({ down: [aws] })["aws"]).to.match(/^failed ssm\.eu-west-1/);
  });

  it("names the sources with which apt goes on as they were, whatever its exit code says, and why", () => {
    const says = `Get:1 http://deb.example.org jammy InRelease [530 B]
Err:2 http://me:secret@deb.example.net b InRelease
  Could not resolve 'deb.example.net'
Err:13 http://deb.example.org c InRelease
  The following signatures were invalid: EXPKEYSIG BC3C2E8622AE1527 Example
Reading package lists...
W: Failed to fetch http://me:secret@deb.example.net/dists/b/InRelease  Could not resolve 'deb.example.net'
W: Some index files failed to download. They have been ignored, or old ones used instead.`;
    expect(run({ apt: { says } })).to.deep.equal({
      repository:
        "failed http://(credentials)@deb.example.net b InRelease: Could not resolve 'deb.example.net'; http://deb.example.org c InRelease: The following signatures were invalid: EXPKEYSIG BC3C2E8622AE1527 Example",
    });
    const malformed = "E: Malformed entry 1 in list file /etc/apt/sources.list (Suite)";
    expect(run({ apt: { says: malformed } })["repository"]).to.equal(`failed ${malformed.slice(3)}`);
    expect(run({ apt: { lists: {} } })).to.deep.equal({ repository: "failed apt has no source" });
  });

  it("names a server whose sources have no security updates for Patch Manager, which knows them by suite or host", () => {
    const lists = { "mirror.example.org_dists_jammy_InRelease": release("jammy") };
    expect(run({ apt: { lists } })).to.deep.equal({
      withheld: "failed none of its sources is one of security updates",
    });
    const debian = { "security.debian.org_dists_buster_updates_InRelease": release("oldoldstable") };
    expect(run({ apt: { lists: { ...lists, ...debian } } })).to.deep.equal({});
    const mirrored = { "mirror.example.org_dists_b_Release": release("oldstable-security") };
    expect(run({ apt: { lists: { ...lists, ...mirrored } } })).to.deep.equal({});
    const says = "Err:1 http://security.example.org jammy-security InRelease\n  404  Not Found";
    expect(run({ apt: { lists, says } })["withheld"]).to.equal(undefined);
  });

  it("names a mirror that stands still, whatever other sources have", () => {
    const lists = {
      "mirror.example.org_dists_jammy-security_InRelease": release("jammy-security", 60),
      "deb.example.org_dists_vendor_InRelease": release("stable"),
    };
    expect(run({ apt: { lists } })["withheld"]).to.match(
      /^failed its repositories stand still since: \d{4}-\d\d-\d\d$/,
    );
    const etc = { "dnf/vars/releasever": "latest\n" };
    const updated = new Date("2026-05-28T20:26:40Z");
    for (const manager of ["dnf", "yum"] as const)
      expect(run({ rpm: [manager, "", 0], etc, updated })).to.deep.equal({
        withheld: "failed its repositories stand still since: 2026-05-28",
      });
    expect(run({ rpm: ["dnf", "", 0], updated }), "the release of an image of Amazon Linux 2023").to.deep.equal({});
  });

  it("names repositories without the notices by which Patch Manager knows security updates", () => {
    for (const manager of ["dnf", "yum"] as const)
      expect(run({ rpm: [manager, "", 0], notices: "" })).to.deep.equal({
        withheld: "failed no repository has security notices (updateinfo)",
      });
  });

  it("names a kernel that the last start passed over, and not one that awaits a restart or is of another line", () => {
    const later = Math.ceil(Date.now() / 1000) + 3600;
    expect(run({ kernel: ["6.1.0-9-cloud-amd64", later] })).to.deep.equal({
      withheld: "failed it boots 6.1.0-9-cloud-amd64, though newer is installed: 6.1.0-10-cloud-amd64",
    });
    expect(run({ kernel: ["6.1.0-9-cloud-amd64", 0] })).to.deep.equal({});
    expect(run({ kernel: ["6.1.0-10-cloud-amd64", later] })).to.deep.equal({});
  });

  it("asks dnf and yum, in English, for every repository anew, and takes over why one fails", () => {
    const words = `Errors during downloading metadata for repository 'good':
  - Status code: 404 for http://me:secret@127.0.0.1/repodata/repomd.xml (IP: 127.0.0.1)
Error: Failed to download metadata for repo 'good': Cannot download repomd.xml: All mirrors were tried`;
    for (const manager of ["dnf", "yum"] as const) {
      expect(run({ rpm: [manager, "Metadata cache created.", 0] })).to.deep.equal({});
      const { repository } = run({ rpm: [manager, words, 1] });
      expect(repository).to.match(/^failed makecache ended with 1: Errors .* Status code: 404 .*Error: Failed/);
      expect(repository).to.include("http://(credentials)@127.0.0.1/").and.not.include("secret");
    }
  });

  it("does not take it for well that no repository is enabled, with which dnf ends as with all of them", () => {
    const dnf = 'There are no enabled repositories in "/etc/yum.repos.d".\nMetadata cache created.';
    expect(run({ rpm: ["dnf", dnf, 0] })["repository"]).to.equal("failed none is enabled");
    expect(run({ rpm: ["yum", "There are no enabled repos.", 1] })["repository"]).to.equal("failed none is enabled");
  });

  it("does not wait for another manager, and then knows nothing of the repositories", () => {
    const dnf = "metadata already locked by 25380\n  The application with PID 25380 is: dnf";
    const yum = "Existing lock /var/run/yum.pid: another copy is running as pid 3523.";
    expect(run({ rpm: ["dnf", dnf, 200] })["repository"]).to.match(/^unknown .* metadata already locked by 25380$/);
    expect(run({ rpm: ["yum", yum, 200] })["repository"]).to.match(/^unknown .* running as pid 3523\.$/);
  });

  it("names what apt is told to keep back, and not what Ubuntu Pro pins until it is there", () => {
    const etc = {
      "apt/preferences.d/ubuntu-pro-esm-apps": "Package: *\nPin: release o=UbuntuESMApps\nPin-Priority: never\n",
      "apt/preferences.d/java": "Package: openjdk-*\nPin: release *\nPin-Priority: -1\n",
      "apt/preferences": "Package: *\nPin: release a=stable\nPin-Priority: 990\n",
    };
    const { withheld = "" } = run({ held: "nginx libssl3", etc });
    expect(withheld).to.match(
      /^failed on hold: nginx libssl3; pinned below 0 in: \S+\/etc\/apt\/preferences\.d\/java$/,
    );
  });

  it("names what dnf and yum are told to leave out, and the release that they are kept at", () => {
    const main = "[main]\ngpgcheck=1\nexclude=\n";
    const well = { "yum.conf": main, "dnf/dnf.conf": main, "dnf/vars/releasever": "latest\n" };
    const fine = { ...well, "dnf/plugins/versionlock.list": "# nothing\n\n" };
    expect(run({ rpm: ["dnf", "", 0], etc: fine })).to.deep.equal({});
    expect(run({ rpm: ["dnf", "", 0], etc: { ...fine, "dnf/vars/releasever": "" } })).to.deep.equal({});
    const excluding = "[main]\nexcludepkgs = kernel* docker\n";
    const etc = {
      "yum.conf": excluding,
      "dnf/dnf.conf": excluding,
      "dnf/plugins/versionlock.list": "nginx-1:1.24.0-1.amzn2023.*\n",
      "dnf/vars/releasever": "2023.6.20241031\n",
    };
    expect(run({ rpm: ["dnf", "", 0], etc })["withheld"]).to.equal(
      "failed left out: excludepkgs = kernel* docker; kept at a version: nginx-1:1.24.0-1.amzn2023.*; repositories kept at release: 2023.6.20241031",
    );
    const yum = { "yum.repos.d/epel.repo": "[epel]\nexclude=nginx\n" };
    expect(run({ rpm: ["yum", "", 0], etc: yum })["withheld"]).to.equal("failed left out: exclude=nginx");
    const only = { "yum.repos.d/amzn2-core.repo": "[amzn2-core]\nincludepkgs=kernel*\n" };
    expect(run({ rpm: ["yum", "", 0], etc: only })["withheld"]).to.equal("failed left out: includepkgs=kernel*");
  });

  it("says how many inodes there are where they are too few", () => {
    expect(run({ inodes: 1e15 })["disk"]).to.match(/^failed \/ has \d+ inodes free, and 1000000000000000 are wanted$/);
  });

  it("says how much room there is where it is too little", () => {
    expect(run({ wanted: 1_000_000_000 })["disk"]).to.match(/^failed \/ has \d+ MiB free, and 1000000000 are wanted$/);
  });

  it("compares the clock with that of AWS, and does not know where AWS does not say it", () => {
    for (const seconds of [-240, 240])
      expect(run({ clock: new Date(now.getTime() + seconds * 1000) })["clock"]).to.equal(
        "failed its clock is 240 seconds from that of AWS",
      );
    expect(run({ clock: new Date(Number.NaN) })["clock"]).to.match(/^unknown /);
  });

  it("names the process that holds a lock", async () => {
    const hold = `import fcntl,sys\nf=open(${JSON.stringify(lockFile())},"w")\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint("held",flush=True)\nsys.stdin.read()`;
    const holder = spawn("python3", ["-c", hold], { stdio: ["pipe", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    const { lock } = run();
    holder.stdin.end();
    await once(holder, "close");
    expect(lock).to.match(/^failed .*lock-frontend is held by process \d+ \(python/);
    expect(run()).to.deep.equal({});
  });
});

describe("the readiness document's scripts", () => {
  it("call each check once, in a line of its own", () => {
    for (const script of [linuxReadiness, windowsReadiness]) {
      const calls = script.flatMap((line) => /^\s*check_(\w+)$/.exec(line)?.[1] ?? []);
      expect(calls).to.deep.equal([...readinessChecks]);
    }
  });

  it("have nothing that shellcheck finds", () => {
    expect(shellcheck(`${linuxReadiness.join("\n")}\n`)).to.deep.equal([]);
  });

  it("have no placeholder but the Region, which Systems Manager fills in", () => {
    for (const script of [linuxReadiness, windowsReadiness]) {
      const all = script.join("\n").match(/\{\{.*?\}\}/g) ?? [];
      expect(new Set(all)).to.deep.equal(new Set(["{{ Region }}"]));
    }
  });
});

/** What an installed update asks for before it protects: nothing does it by itself. */
export type Effect = "reboot" | "restart";

/** What installing an update most likely does to its server. */
export interface Impact {
  /** What kind of software it is, in a word or two. */
  readonly kind: string;
  readonly effect: Effect;
  readonly reason: string;
}

interface Known extends Impact {
  /** Of a package's name on Linux. */
  readonly packages?: RegExp;
  /** Of an update's title on Windows. */
  readonly titles?: RegExp;
}

/**
 * Software whose update is felt, the heaviest first. It is told by names alone: what a package's own scripts do on a
 * server is known there and nowhere else, so a name that is not here says nothing.
 */
const known: readonly Known[] = [
  {
    kind: "kernel",
    effect: "reboot",
    reason: "the running kernel stays the old one until the server is rebooted",
    packages: /^(kernel($|-)|linux-(image|headers|modules|aws|azure|generic|virtual|kvm))/,
  },
  {
    kind: "firmware",
    effect: "reboot",
    reason: "microcode and firmware are loaded when the server boots",
    packages: /^(intel-microcode|amd64-microcode|microcode_ctl|linux-firmware)/,
  },
  {
    kind: "libc",
    effect: "reboot",
    reason: "every process that runs has the old library loaded; only a reboot reaches them all",
    packages: /^(libc6|libc-(bin|dev)|locales|glibc|nscd)($|-)/,
  },
  {
    kind: "systemd",
    effect: "reboot",
    reason: "the first process and the message bus keep the old code until the server is rebooted",
    packages: /^(systemd|libsystemd|libpam-systemd|libnss-systemd|udev|libudev|dbus|libdbus)/,
  },
  {
    kind: "TLS",
    effect: "restart",
    reason: "services that encrypt keep the old library until they are restarted",
    packages: /^(openssl|libssl|gnutls|libgnutls|nss($|-)|libnss3|ca-certificates)/,
  },
  {
    kind: "database",
    effect: "restart",
    reason: "its package restarts the database, and connections break",
    packages: /^(postgresql|mysql|mariadb|mongo|redis|valkey|oracle|mssql|percona)/,
  },
  {
    kind: "containers",
    effect: "restart",
    reason: "its package restarts the daemon, and containers may stop with it",
    packages: /^(docker|containerd|runc|podman|cri-o|kubelet)/,
  },
  {
    kind: "web server",
    effect: "restart",
    reason: "its package restarts the service, and requests that are under way break",
    packages: /^(nginx|apache2|httpd|haproxy|tomcat|varnish)/,
  },
  {
    kind: "remote access",
    effect: "restart",
    reason: "its package restarts the daemon; sessions that are open go on",
    packages: /^(openssh|libssh)/,
  },
  {
    kind: "language runtime",
    effect: "restart",
    reason: "programs that run keep the old runtime until they are restarted",
    packages:
      /^(openjdk|java-|(lib)?python3(\.\d+)?(-minimal|-stdlib)?$|nodejs$|perl(-base|-libs)?$|libperl|php|libphp|ruby)/,
  },
  {
    kind: "SQL Server",
    effect: "restart",
    reason: "the update stops the database while it installs",
    titles: /SQL Server/i,
  },
  {
    kind: "Windows",
    effect: "reboot",
    reason: "cumulative and servicing updates take effect with the reboot",
    titles: /cumulative update|servicing stack|security monthly quality rollup|feature update/i,
  },
  {
    kind: ".NET",
    effect: "restart",
    reason: "programs that run keep the old framework until they are restarted",
    titles: /\.NET/i,
  },
];

/**
 * What an update most likely does to its server; undefined where nothing is known of such a name.
 * @param name - of the package on Linux; on Windows, whose ids say nothing, the update's title
 */
export function impactOf(name: string, isWindows: boolean): Impact | undefined {
  // ".NET" stands in titles of cumulative updates too, which do not reboot: the narrower word decides.
  const all = isWindows && /\.NET/i.test(name) ? known.filter(({ kind }) => kind !== "Windows") : known;
  const found = all.find(({ packages, titles }) => (isWindows ? titles : packages)?.test(name));
  if (found === undefined) return undefined;
  const { kind, effect, reason } = found;
  return { kind, effect, reason };
}

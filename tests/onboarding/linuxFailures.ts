import { activation, newId, oldId, otherRegion } from "./linuxMachine.ts";
import type { Machine } from "./linuxMachine.ts";

/** One way in which onboarding fails, and what the script must say. */
export interface Failure {
  readonly name: string;
  readonly machine: Partial<Machine>;
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly message: RegExp;
  /** How often ssm-setup-cli was run before the script gave up; not at all when left out. */
  readonly installs?: number;
}

const registration = { id: newId, region: activation.region };
/** A machine on which ssm-setup-cli says this and fails. */
export const failing = (says: string): Partial<Machine> => ({ installer: [{ status: 1, says }] });
/** The lock that dpkg and apt take first. */
export const dpkgLock = "/var/lib/dpkg/lock-frontend";

/** Every failing branch of the script but those of its input. */
export const failures: readonly Failure[] = [
  { name: "it does not run as root", machine: { user: 1000 }, exitCode: 11, message: /root/ },
  { name: "there is no known package manager", machine: { packageManager: "none" }, exitCode: 12, message: /apt, dnf/ },
  { name: "the architecture has no installer", machine: { architecture: "ppc64le" }, exitCode: 12, message: /ppc64le/ },
  { name: "curl is missing", machine: { curl: false }, exitCode: 13, message: /curl/ },
  { name: "gpg and gpgv are missing", machine: { verifiers: [] }, exitCode: 13, message: /gnupg/ },
  {
    name: "gpg is missing, which the installer needs",
    machine: { verifiers: ["gpgv"] },
    exitCode: 13,
    message: /gpg is missing.*gnupg/,
  },
  { name: "there is no systemd", machine: { systemd: false }, exitCode: 13, message: /systemctl/ },
  {
    name: "it is registered in another Region",
    machine: { registered: { id: oldId, region: otherRegion } },
    exitCode: 20,
    message: new RegExp(`${oldId} in ${otherRegion}`),
  },
  {
    name: "the agent is installed as snap and as package",
    machine: { snapd: true, agents: ["snap", "package"] },
    exitCode: 21,
    message: /remove one/,
  },
  ...["hold ok installed", "deinstall ok installed", "install ok unpacked", "install reinstreq half-configured"].map(
    (dpkgStatus) => ({
      name: `the agent is a snap, and dpkg has it as ${dpkgStatus}`,
      machine: { snapd: true, agents: ["snap"], dpkgStatus } as const,
      exitCode: 21,
      message: /remove one/,
    }),
  ),
  ...["hold ok installed", "deinstall ok installed", "purge ok config-files", "install ok half-installed"].map(
    (dpkgStatus) => ({
      name: `dpkg has the agent as ${dpkgStatus}`,
      machine: { dpkgStatus },
      exitCode: 22,
      message: new RegExp(`amazon-ssm-agent as '${dpkgStatus}', which ssm-setup-cli refuses`),
    }),
  ),
  {
    name: "the endpoint does not resolve",
    machine: { curlStatus: { "//ssm.": 6 } },
    exitCode: 30,
    message: /ssm\.eu-central-1\.amazonaws\.com does not resolve/,
  },
  {
    name: "there is no route to the endpoint",
    machine: { curlStatus: { "//ssmmessages.": 28 } },
    exitCode: 31,
    message: /ssmmessages\.eu-central-1\.amazonaws\.com cannot be reached on 443/,
  },
  { name: "TLS is opened on the way", machine: { curlStatus: { "//ssm.": 60 } }, exitCode: 32, message: /proxy/ },
  {
    name: "the installer cannot be downloaded",
    machine: { curlStatus: { "/ssm-setup-cli": 22 } },
    exitCode: 33,
    message: /latest\/debian_amd64\/ssm-setup-cli cannot/,
  },
  {
    name: "the signature cannot be downloaded",
    machine: { curlStatus: { "ssm-setup-cli.sig": 22 } },
    exitCode: 33,
    message: /ssm-setup-cli\.sig cannot/,
  },
  { name: "dpkg stays locked", machine: { lock: { file: dpkgLock } }, exitCode: 34, message: /dpkg\/lock-frontend/ },
  {
    name: "rpm stays locked",
    machine: { packageManager: "yum", lock: { file: "/var/lib/rpm/.rpm.lock" } },
    exitCode: 34,
    message: /rpm\.lock/,
  },
  {
    name: "yum stays at work",
    machine: { packageManager: "yum", yum: { pid: 812, alive: true } },
    exitCode: 34,
    message: /yum\.pid/,
  },
  { name: "the signature is bad", machine: { signature: "bad" }, exitCode: 40, message: /not signed by AWS/ },
  { name: "another key has signed", machine: { signature: "another key" }, exitCode: 40, message: /not signed by AWS/ },
  {
    name: "the signature counts as one by an expired key",
    machine: { signature: "expired key" },
    exitCode: 40,
    message: /not signed by AWS/,
  },
  {
    name: "a key that it does not know has signed",
    machine: { signature: "unknown key" },
    exitCode: 40,
    message: /not signed by AWS's key 1C5B[0-9A-F]{36} but by one that ends in 00112233AABBCCDD/,
  },
  {
    name: "the pinned key has expired",
    machine: { now: Date.UTC(2027, 10, 26) / 1000 },
    exitCode: 41,
    message: /name the next one/,
  },
  {
    name: "the activation has expired",
    machine: failing("Registration failed due to error. ActivationExpired: "),
    exitCode: 50,
    message: /expired/,
    installs: 1,
  },
  {
    name: "the activation is invalid",
    machine: failing("InvalidActivation: "),
    exitCode: 51,
    message: /invalid/,
    installs: 1,
  },
  {
    name: "the activation is used up",
    machine: failing("RegistrationLimitExceeded: "),
    exitCode: 52,
    message: /used up/,
    installs: 1,
  },
  {
    name: "the account has as many hybrid nodes as it may have",
    machine: failing(
      "RegistrationLimitExceeded: Registration limit of 1000 reached for SSM On-prem managed instances.\n\tstatus code: 400",
    ),
    exitCode: 55,
    message: /no room for another hybrid node/,
    installs: 1,
  },
  {
    name: "the registration's endpoint does not resolve",
    machine: failing("dial tcp: lookup ssm.eu-central-1.amazonaws.com: no such host"),
    exitCode: 30,
    message: /does not resolve/,
    installs: 3,
  },
  {
    name: "the registration's endpoint cannot be reached",
    machine: failing("dial tcp 203.0.113.7:443: i/o timeout"),
    exitCode: 31,
    message: /cannot be reached/,
    installs: 3,
  },
  {
    name: "the installer fails for another reason",
    machine: failing("dpkg install: Failed to install deb package"),
    exitCode: 53,
    message: /status 1/,
    installs: 3,
  },
  {
    name: "the installer registers nothing",
    machine: { installer: [{ status: 0, says: "skipping registration" }] },
    exitCode: 54,
    message: /no new registration/,
    installs: 1,
  },
  {
    name: "a forced registration changes nothing",
    machine: { registered: registration, installer: [{ status: 0, says: "skipping registration" }] },
    env: { PATCHPLANE_FORCE: "true" },
    exitCode: 54,
    message: /no new registration/,
    installs: 1,
  },
  {
    name: "the agent does not start",
    machine: { agentRuns: false },
    exitCode: 60,
    message: /amazon-ssm-agent does not run/,
    installs: 1,
  },
  {
    name: "the agent of a registered machine ends and is started again, for ever",
    machine: { registered: registration, agentRuns: "restarts" },
    exitCode: 60,
    message: /amazon-ssm-agent does not run, or not for long/,
  },
  {
    name: "the agent that was just registered ends and is started again, for ever",
    machine: { agentRuns: "restarts" },
    exitCode: 60,
    message: /amazon-ssm-agent does not run, or not for long/,
    installs: 1,
  },
  {
    name: "the agent of a registered machine does not start",
    machine: { registered: registration, agentRuns: false },
    exitCode: 60,
    message: /amazon-ssm-agent does not run/,
  },
];

/**
 * What to do about an exit code of the onboarding scripts, ahead of raising the attempt; docs/onboarding.md has the
 * whole table. A code that is not here has nothing to say beyond its message.
 */
const advice: Readonly<Record<number, string>> = {
  13: "install what is missing",
  20: "deregister it there (aws ssm deregister-managed-instance), or force it by hand",
  21: "remove one of the two agents",
  22: "put dpkg's state right: apt-mark unhold, dpkg --configure -a, or purge the package",
  30: "give the VM DNS for AWS's names",
  31: "give the VM a route to AWS on port 443",
  32: "exempt the endpoints from TLS inspection, and look at the VM's clock",
  33: "let the VM reach the Region's S3 hosts",
  34: "see what holds the package manager",
  40: "see what stands between the VM and S3; where AWS has a new key, name it in the row's onboarding_script",
  41: "name the next signing key in the row's onboarding_script",
  52: "look for a node with the VM's AzureVmId, which it may be already",
  53: "read the installer's log on the VM",
  55: "a new attempt alone does not help: deregister nodes that are gone, or set instanceTier: advanced; then",
  60: "read the service's journal on the VM",
};

/** Where only a registration by hand helps, whatever the attempt. */
const byHand = new Set([54]);

const raise = "raise onboarding_attempt in its row, then run pulumi up";

/** AWS's words for an account whose Region holds as many hybrid nodes as its tier allows. */
const accountFull = /Registration limit of \d+ reached/;

/**
 * The exit code that a run means. The script v1 ends with 52 also where it is the account that is full; what the
 * installer said, which Azure keeps beside the result, tells.
 */
export function meantExitCode(exitCode: number, output: string): number {
  return exitCode === 52 && accountFull.test(output) ? 55 : exitCode;
}

/** What a script's message says at its end to do, and {@link exitCodeAdvice} says in more words. */
const saidAgain = /: (?:deregister|give|name|raise|remove|unhold) [^:]*$/;
/** The same, where only the script knows what it is about. */
const saidBetter = /: (?:install|let) [^:]*$/;

/** What curl, the installer and dpkg say of a disk without room. */
const diskFull = /\(curl 23\)|failed to write destFile|No space left on device/i;

/** A failed run's message and what to do about it, which is said once. */
export function failedRun(exitCode: number, message: string): { readonly message: string; readonly todo: string } {
  const known = saidBetter.test(message) ? raise : exitCodeAdvice(exitCode);
  const todo = diskFull.test(message) ? `make room on the VM's disk, about 300 MB below /var/lib; ${raise}` : known;
  return { message: message.replace(saidAgain, ""), todo };
}

/** What to do about a failed run. */
export function exitCodeAdvice(exitCode: number): string {
  if (byHand.has(exitCode)) return "register it anew by hand (docs/onboarding.md)";
  const first = advice[exitCode];
  if (first === undefined) return raise;
  return first.endsWith("then") ? `${first} ${raise}` : `${first}; ${raise}`;
}
